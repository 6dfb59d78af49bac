using System.Globalization;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>What was dropped, left out, converted or odd, counted by kind.</summary>
internal static class FindingSummary
{
    /// <summary>A line for each kind.</summary>
    public static IEnumerable<string> Lines(IEnumerable<Finding> findings) => ByKind(findings).Select(kind =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"  {kind.Sum(finding => finding.Count),6} {Finding.Title(kind.Key)}; {(kind.Skip(1).Any() ? "first: " : "")}{kind.First().Where}: {kind.First().Text}"));

    /// <summary>The kinds in their order, the findings of each by where they are.</summary>
    public static IEnumerable<IGrouping<FindingKind, Finding>> ByKind(IEnumerable<Finding> findings) =>
        findings.OrderBy(finding => finding.Where, StringComparer.Ordinal).GroupBy(finding => finding.Kind).OrderBy(kind => kind.Key);
}
