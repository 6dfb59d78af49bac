using LeafSeg.ModelTraining.Datasets;

namespace LeafSeg.ModelTraining.Reporting;

/// <summary>What was dropped, left out, converted or odd: a summary for the console, all of it for the page.</summary>
internal static class FindingsReport
{
    /// <summary>Says on the console what was converted, dropped or odd.</summary>
    public static void Print(IEnumerable<Finding> findings)
    {
        foreach (string line in FindingSummary.Lines(findings))
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

        foreach (IGrouping<FindingKind, Finding> kind in FindingSummary.ByKind(findings))
        {
            html.Line($"<details><summary><b>{kind.Sum(finding => finding.Count)}</b> {Html.Text(Finding.Title(kind.Key))}</summary><ul>");
            foreach (Finding finding in kind)
            {
                html.Line($"<li><b>{Html.Text(finding.Where)}</b>: {Html.Text(finding.Text)}</li>");
            }

            html.Line($"</ul></details>");
        }
    }
}
