using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using LeafSeg.ModelTraining.Reporting;
using Parquet.Serialization;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>
/// Rows as CSV (RFC 4180), written line by line, and where it is requested as Parquet at the end. The columns are the row's
/// properties.
/// </summary>
internal sealed class RowFile<TRow> : IDisposable
    where TRow : class, new()
{
    private static readonly (string Name, PropertyInfo Property)[] Columns =
    [
        .. typeof(TRow).GetProperties().OrderBy(property => property.GetCustomAttribute<JsonPropertyOrderAttribute>()?.Order ?? 0).ThenBy(property => property.MetadataToken)
            .Select(property => (property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name, property)),
    ];

    private readonly CsvFile csv;
    private readonly List<TRow>? rows;
    private readonly string path;

    /// <param name="path">Without extension.</param>
    /// <param name="parquet">Keep the rows for <see cref="CompleteAsync"/>.</param>
    public RowFile(string path, bool parquet)
    {
        this.path = path;
        rows = parquet ? [] : null;
        csv = new CsvFile(new StreamWriter(path + ".csv"), Columns.Select(column => column.Name));
    }

    public static IEnumerable<string> Names(string path, bool parquet) => parquet ? [path + ".csv", path + ".parquet"] : [path + ".csv"];

    public void Add(TRow row)
    {
        csv.Add(Columns.Select(column => Cell(column.Property.GetValue(row))));
        rows?.Add(row);
    }

    /// <summary>A run that is ended leaves the lines of all pictures that it has done.</summary>
    public void Flush() => csv.Flush();

    /// <summary>Writes the Parquet file, if one is requested.</summary>
    public async Task CompleteAsync(CancellationToken cancellation)
    {
        if (rows is not null)
        {
            await using FileStream file = File.Create(path + ".parquet");
            await ParquetSerializer.SerializeAsync(rows, file, cancellationToken: cancellation);
        }
    }

    public void Dispose() => csv.Dispose();

    private static string Cell(object? value) => value switch
    {
        null => "",
        bool word => word ? "true" : "false",
        double number => number.ToString("0.####", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
