using System.Globalization;

namespace LeafSeg.ModelTraining.Training.Reporting;

/// <summary>
/// One of a run's CSV files, read back. Cells that a line lacks (written by an earlier version) or that are no numbers are
/// left out, and so is a last line that is not ended: the run is on its way, or was killed.
/// </summary>
internal sealed class RunTable
{
    private readonly string[] columns;
    private readonly string[][] lines;

    private RunTable(string[] columns, string[][] lines)
    {
        this.columns = columns;
        this.lines = lines;
    }

    public int Count => lines.Length;

    /// <summary>An empty table where there is no such file.</summary>
    public static RunTable Read(string path)
    {
        string text = File.Exists(path) ? File.ReadAllText(path) : "";
        string[] whole = [.. text.Split('\n').SkipLast(1).Select(line => line.TrimEnd('\r'))];
        return new RunTable(
            whole is [var header, ..] ? header.Split(',') : [],
            [.. whole.Skip(1).Select(line => line.Split(',')).Where(cells => int.TryParse(cells[0], CultureInfo.InvariantCulture, out _))]);
    }

    public IEnumerable<(int Step, string Text)> Texts(string column)
    {
        int place = Array.IndexOf(columns, column);
        return lines.Where(cells => place >= 0 && place < cells.Length).Select(cells => (int.Parse(cells[0], CultureInfo.InvariantCulture), cells[place]));
    }

    public IReadOnlyList<(double Step, double Value)> Numbers(string column) =>
    [
        .. Texts(column)
            .Select(cell => ((double)cell.Step, double.TryParse(cell.Text, CultureInfo.InvariantCulture, out double value) ? value : double.NaN))
            .Where(cell => double.IsFinite(cell.Item2)),
    ];

    /// <summary>The column as at most so many points, each the mean of its neighbours.</summary>
    public IReadOnlyList<(double Step, double Value)> Smooth(string column, int points)
    {
        IReadOnlyList<(double Step, double Value)> all = Numbers(column);
        int size = Math.Max(1, (all.Count + points - 1) / points);
        return [.. all.Chunk(size).Select(chunk => (chunk[^1].Step, chunk.Average(point => point.Value)))];
    }
}
