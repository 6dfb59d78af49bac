using System.Globalization;
using LeafSeg.ModelTraining.Weights.Names;

namespace LeafSeg.ModelTraining.Weights;

/// <summary>What became of a file of pretrained weights.</summary>
/// <param name="Path">The file.</param>
/// <param name="Origin">What network it looks like.</param>
/// <param name="Matched">Tensors that are in the network now.</param>
/// <param name="Missing">Tensors of the network that were not in the file: they are as they were.</param>
/// <param name="LeftOut">Tensors of the file that are not in the network.</param>
internal sealed record WeightsReport(
    string Path, WeightsOrigin Origin, IReadOnlyList<MatchedWeight> Matched, IReadOnlyList<string> Missing, IReadOnlyList<LeftOutWeight> LeftOut)
{
    private const int MostNamesInSummary = 8;

    /// <summary>A few lines: how many tensors came along, and by name what did not, layer by layer.</summary>
    public void WriteSummary(TextWriter writer)
    {
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path}: {Origin.Description}; {Matched.Count} tensors loaded, {Missing.Count} not in the file, {LeftOut.Count} left out"));
        WriteNames(writer, "start from random values", Missing.Select(PartOrLayer));
        foreach (IGrouping<string?, LeftOutWeight> reason in LeftOut.Where(weight => weight.Why is not null).GroupBy(weight => weight.Why))
        {
            WriteNames(writer, $"left out ({reason.Key})", reason.Select(weight => Layer(weight.Theirs)));
        }

        WriteNames(writer, "not needed", LeftOut.Where(w => w.Why is null && !w.IsCounter).Select(w => Layer(w.Theirs)));
    }

    /// <summary>Every tensor: ours &lt;- theirs and the shape; then what is missing and what was left out, and why.</summary>
    public void WriteTable(TextWriter writer)
    {
        int ours = Matched.Select(weight => weight.Ours.Length).DefaultIfEmpty().Max();
        int theirs = Matched.Select(weight => weight.Theirs.Length).DefaultIfEmpty().Max();
        foreach (MatchedWeight weight in Matched)
        {
            writer.WriteLine($"{weight.Ours.PadRight(ours)} <- {Printable.Text(weight.Theirs).PadRight(theirs)}  {Shape(weight.Shape)}");
        }

        foreach (string name in Missing)
        {
            writer.WriteLine($"{name.PadRight(ours)} <- not in the file");
        }

        foreach (LeftOutWeight weight in LeftOut)
        {
            string theirName = Printable.Text(weight.Theirs).PadRight(theirs);
            writer.WriteLine($"{"-".PadRight(ours)} <- {theirName}  {Shape(weight.Shape)}  {weight.Why ?? "not needed"}");
        }
    }

    public static string Shape(long[] shape) => shape.Length == 0 ? "scalar" : string.Join('x', shape);

    /// <summary>A layer's name is its tensors' without the last part.</summary>
    private static string Layer(string name) => Printable.Text(name[..Math.Max(0, name.LastIndexOfAny(['.', '/']))]);

    /// <summary>Of a part of the network that the file has nothing of, the part's name says all.</summary>
    private string PartOrLayer(string name)
    {
        string part = name.Split('.')[0];
        return Matched.Any(weight => weight.Ours.StartsWith($"{part}.", StringComparison.Ordinal)) ? Layer(name) : part;
    }

    private static void WriteNames(TextWriter writer, string what, IEnumerable<string> names)
    {
        string[] different = [.. names.Distinct()];
        if (different.Length > 0)
        {
            string more = different.Length > MostNamesInSummary ? $" and {different.Length - MostNamesInSummary} more" : "";
            writer.WriteLine($"  {what}: {string.Join(", ", different.Take(MostNamesInSummary))}{more}");
        }
    }
}

/// <summary>A tensor of the network and the file's that it came from.</summary>
internal sealed record MatchedWeight(string Ours, string Theirs, long[] Shape);

/// <summary>A tensor of the file that the network has not.</summary>
/// <param name="Theirs">Its name.</param>
/// <param name="Shape">In the file.</param>
/// <param name="Why">Where a reader would expect it to be used.</param>
internal sealed record LeftOutWeight(string Theirs, long[] Shape, string? Why)
{
    /// <summary>How many batches a norm has seen, which is no weight.</summary>
    public bool IsCounter => Theirs.EndsWith("num_batches_tracked", StringComparison.Ordinal);
}
