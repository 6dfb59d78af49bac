using System.Globalization;

namespace LeafSeg.ModelTraining.Reporting;

/// <summary>One axis of a chart.</summary>
/// <param name="Low">Where it begins, in units of the data.</param>
/// <param name="High">Where it ends.</param>
internal sealed record Axis(double Low, double High)
{
    /// <summary>What it counts, with its unit; empty for no name.</summary>
    public string Name { get; init; } = "";

    /// <summary>For rates, which fall by tens.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>How a number is written beside it.</summary>
    public Func<double, string> Text { get; init; } = Short;

    /// <summary>Numbers that are written beside it: the ends and the middle, unless others are given.</summary>
    public IReadOnlyList<double> Ticks { get => field ?? [Low, At(0.5), High]; init; }

    /// <summary>How far along the axis a value lies: 0 at its beginning, 1 at its end.</summary>
    public double Share(double value)
    {
        double low = Scale(Low), high = Scale(High);
        return high > low ? (Scale(value) - low) / (high - low) : 0.5;
    }

    /// <summary>Three digits; 7.48e-6 for small numbers.</summary>
    public static string Short(double value) =>
        value.ToString("G3", CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal).Replace("E+0", "e", StringComparison.Ordinal);

    private double Scale(double value) => IsLogarithmic ? Math.Log10(value) : value;

    private double At(double share)
    {
        double scaled = Scale(Low) + (share * (Scale(High) - Scale(Low)));
        return IsLogarithmic ? Math.Pow(10, scaled) : scaled;
    }
}
