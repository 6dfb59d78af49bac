using System.Globalization;
using nietras.SeparatedValues;

namespace LeafSeg.ModelTraining.Reporting;

/// <summary>Writes CSV (RFC 4180), line by line: commas, quotes only around a cell that needs them.</summary>
internal sealed class CsvFile : IDisposable
{
    private readonly SepWriter writer;
    private readonly string[] columns;

    /// <param name="file">Disposed with this.</param>
    /// <param name="columns">Their names.</param>
    /// <param name="hasHeader">The file begins with its header already; otherwise it is written.</param>
    public CsvFile(TextWriter file, IEnumerable<string> columns, bool hasHeader = false)
    {
        this.columns = [.. columns];
        writer = Sep.New(',').Writer(options => options with { Escape = true, CultureInfo = CultureInfo.InvariantCulture, WriteHeader = !hasHeader }).To(file);
        if (!hasHeader)
        {
            writer.Header.Add(this.columns);
            writer.Header.Write();
        }
    }

    /// <param name="cells">One for each column.</param>
    public void Add(params IEnumerable<string> cells)
    {
        using SepWriter.Row row = writer.NewRow();
        foreach ((string column, string cell) in columns.Zip(cells))
        {
            row[column].Set(cell);
        }
    }

    public void Flush() => writer.Flush();

    public void Dispose() => writer.Dispose();
}
