namespace LeafSeg.ModelTraining.Datasets;

/// <summary>
/// Which of a file's categories are leaves: those that the person names; else those with annotations that are called leaf
/// in one of several languages, numbered or not; else the only one that has annotations.
/// </summary>
internal static class LeafCategories
{
    private static readonly HashSet<string> LeafNames =
    [
        "leaf", "leaves", "leafs", "blatt", "blätter", "blaetter", "feuille", "feuilles", "hoja", "hojas", "folha", "folhas", "foglia", "foglie",
        "blad", "bladeren", "liść", "лист", "叶", "叶子", "叶片", "葉", "葉っぱ", "잎",
    ];

    /// <param name="where">The file, for messages and findings.</param>
    /// <param name="categories">Name and number of annotations of each.</param>
    /// <param name="rules">What the person named.</param>
    /// <param name="findings">Gets which are taken and which not.</param>
    /// <returns>For each category whether it is leaves.</returns>
    /// <exception cref="DatasetException">They are ambiguous, or a name does not exist.</exception>
    public static bool[] Choose(string where, IReadOnlyList<(string Name, int Count)> categories, ReadingRules rules, ICollection<Finding> findings)
    {
        bool[] taken = Decide(where, categories, rules);
        if (categories.Count > 0)
        {
            findings.Add(Report(FindingKind.LeafCategory, where, categories.Where((_, i) => taken[i])));
        }

        (string Name, int Count)[] others = [.. categories.Where((category, i) => !taken[i] && category.Count > 0)];
        if (others.Length > 0)
        {
            findings.Add(Report(FindingKind.OtherCategory, where, others));
        }

        return taken;
    }

    private static bool[] Decide(string where, IReadOnlyList<(string Name, int Count)> categories, ReadingRules rules)
    {
        if (rules.Categories.Count > 0)
        {
            string? absent = rules.Categories.FirstOrDefault(name => !categories.Any(category => IsCalled(category.Name, name)));
            return absent is null
                ? [.. categories.Select(category => rules.Categories.Any(name => IsCalled(category.Name, name)))]
                : throw new DatasetException($"{where}: --category is \"{absent}\", found {List(categories)}; name one of them");
        }

        bool[] called = [.. categories.Select(category => category.Count > 0 && IsLeaf(category.Name))];
        if (called.Any(leaf => leaf))
        {
            return called;
        }

        int annotated = categories.Count(category => category.Count > 0);
        return annotated <= 1
            ? [.. categories.Select(category => category.Count > 0 || annotated == 0)]
            : throw new DatasetException($"{where}: found the categories {List(categories)}, none of them called leaf; say which are leaves with --category NAME");
    }

    /// <summary>"Leaf", "leaf_3", "Blatt 12".</summary>
    private static bool IsLeaf(string name) => LeafNames.Contains(FileFinder.Composed(name).Trim().TrimEnd([.. "0123456789"]).TrimEnd(' ', '_', '-', '.', '#').ToLowerInvariant());

    private static bool IsCalled(string name, string asked) =>
        string.Equals(FileFinder.Composed(name).Trim(), FileFinder.Composed(asked).Trim(), StringComparison.OrdinalIgnoreCase);

    private static string List(IEnumerable<(string Name, int Count)> categories) =>
        string.Join(", ", categories.Select(category => $"\"{category.Name}\" ({category.Count})"));

    private static Finding Report(FindingKind kind, string where, IEnumerable<(string Name, int Count)> categories) =>
        new(kind, where, List(categories), categories.Sum(category => category.Count));
}
