namespace LeafSeg.ModelTraining.Datasets;

/// <summary>
/// What <c>leafseg-train prepare</c> writes: <c>train</c> and <c>validation</c>, each with a folder a picture
/// (<see cref="LeafMaskFolders"/>), an index of all pictures, and a report.
/// </summary>
internal static class PreparedFolder
{
    public const string Index = "index.csv";
    public const string Report = "report.html";
    public const string Train = "train";
    public const string Validation = "validation";

    /// <summary>First line of the index.</summary>
    public const string IndexHeader = "id,source,group,split,width,height,leaves";

    /// <summary>Whether a folder is one and holds nothing else.</summary>
    public static bool Is(string folder) =>
        HasIndex(folder) && Directory.EnumerateFileSystemEntries(folder).All(entry => Path.GetFileName(entry) is Index or Report or Train or Validation);

    /// <summary>Whether a folder is a split of one: its masks were looked at when it was written.</summary>
    public static bool IsSplit(string folder)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Path.GetFileName(path) is Train or Validation && Path.GetDirectoryName(path) is string above && HasIndex(above);
    }

    private static bool HasIndex(string folder)
    {
        string index = Path.Combine(folder, Index);
        return File.Exists(index) && File.ReadLines(index).FirstOrDefault() == IndexHeader;
    }

    /// <summary>The folders of its splits.</summary>
    public static IReadOnlyList<string> Splits(string folder) =>
        [.. new[] { Train, Validation }.Select(split => Path.Combine(folder, split)).Where(Directory.Exists)];

    /// <returns>Null: it is not one.</returns>
    /// <exception cref="DatasetException">It is one: its splits have to be named one by one, so that no run trains on both.</exception>
    public static LabelledPictures? TryOpen(string folder) => Is(folder)
        ? throw new DatasetException($"{folder}: holds pictures to train on and pictures to score on; name one split, {string.Join(" or ", Splits(folder))}")
        : null;
}
