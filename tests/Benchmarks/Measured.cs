using System.Globalization;

namespace LeafSeg.Benchmarks;

/// <summary>Times of one thing, in milliseconds, in the order in which they were taken.</summary>
internal sealed class Measured(string name, int warmUp)
{
    private readonly List<double> all = [];

    public string Name => name;

    public int Count => Math.Max(0, all.Count - warmUp);

    public double Median => Ordered() is { Length: > 0 } ordered ? ordered[ordered.Length / 2] : double.NaN;

    public void Add(double milliseconds) => all.Add(milliseconds);

    /// <summary>Name, median, and the middle half of the times.</summary>
    public override string ToString()
    {
        double[] ordered = Ordered();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-46}{Median,9:F1} ms   ({ordered[ordered.Length / 4]:F1} to {ordered[ordered.Length * 3 / 4]:F1}, n = {Count})");
    }

    private double[] Ordered() => [.. all.Skip(warmUp).Order()];
}
