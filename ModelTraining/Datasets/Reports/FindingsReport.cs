using System.Globalization;

namespace LeafSeg.ModelTraining.Datasets.Reports;

/// <summary>What was dropped, left out, converted or odd: counted for the console, listed in full for the page.</summary>
internal static class FindingsReport
{
    /// <summary>A line a kind.</summary>
    public static IEnumerable<string> Lines(IEnumerable<Finding> findings) => Kinds(findings).Select(kind =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"  {kind.Sum(finding => finding.Count),6} {Finding.Title(kind.Key)}; {(kind.Skip(1).Any() ? "first: " : "")}{kind.First().Where}: {kind.First().Text}"));

    /// <summary>Says on the console what was converted, dropped or odd.</summary>
    public static void Print(IEnumerable<Finding> findings)
    {
        foreach (string line in Lines(findings))
        {
            Console.WriteLine(line);
        }
    }

    public static void Write(Html html, IReadOnlyList<Finding> findings)
    {
        html.Line($"<h2>Dropped, left out, converted, odd</h2>");
        if (findings.Count == 0)
        {
            html.Line($"<p>Nothing: every picture and every leaf can be used as it is.</p>");
        }

        foreach (IGrouping<FindingKind, Finding> kind in Kinds(findings))
        {
            html.Line($"<details><summary><b>{kind.Sum(finding => finding.Count)}</b> {Html.Text(Finding.Title(kind.Key))}</summary><ul>");
            foreach (Finding finding in kind)
            {
                html.Line($"<li><b>{Html.Text(finding.Where)}</b>: {Html.Text(finding.Text)}</li>");
            }

            html.Line($"</ul></details>");
        }
    }

    private static IEnumerable<IGrouping<FindingKind, Finding>> Kinds(IEnumerable<Finding> findings) =>
        findings.OrderBy(finding => finding.Where, StringComparer.Ordinal).GroupBy(finding => finding.Kind).OrderBy(kind => kind.Key);
}
