using System.Globalization;

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
        WriteLayers(writer, "start from random values", Missing);
        foreach (IGrouping<string?, LeftOutWeight> reason in LeftOut.Where(weight => weight.Why is not null).GroupBy(weight => weight.Why))
        {
            WriteLayers(writer, $"left out ({reason.Key})", reason.Select(weight => weight.Theirs));
        }

        WriteLayers(writer, "not needed", LeftOut.Where(weight => weight.Why is null).Select(weight => weight.Theirs));
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
            writer.WriteLine($"{"-".PadRight(ours)} <- {Printable.Text(weight.Theirs).PadRight(theirs)}  {Shape(weight.Shape)}  {weight.Why ?? "not needed"}");
        }
    }

    public static string Shape(long[] shape) => shape.Length == 0 ? "scalar" : string.Join('x', shape);

    /// <summary>Layers, not their weights and biases one by one; not all of them where there are hundreds.</summary>
    private static void WriteLayers(TextWriter writer, string what, IEnumerable<string> names)
    {
        string[] layers = [.. names.Select(name => Printable.Text(name[..Math.Max(0, name.LastIndexOfAny(['.', '/']))])).Distinct()];
        if (layers.Length > 0)
        {
            string more = layers.Length > MostNamesInSummary ? $" and {layers.Length - MostNamesInSummary} more" : "";
            writer.WriteLine($"  {what}: {string.Join(", ", layers.Take(MostNamesInSummary))}{more}");
        }
    }
}

/// <summary>A tensor of the network and the file's that it came from.</summary>
internal sealed record MatchedWeight(string Ours, string Theirs, long[] Shape);

/// <summary>A tensor of the file that the network has not.</summary>
/// <param name="Theirs">Its name.</param>
/// <param name="Shape">In the file.</param>
/// <param name="Why">Where a reader would expect it to be used.</param>
internal sealed record LeftOutWeight(string Theirs, long[] Shape, string? Why);
