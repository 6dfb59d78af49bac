using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Preparation;

/// <summary>How pictures are prepared.</summary>
internal sealed record PrepareSettings
{
    /// <summary>Leaves of fewer pixels are slivers and are dropped.</summary>
    public int MinimumArea { get; init; } = 16;

    /// <summary>Share of the pictures that is kept for validation.</summary>
    public double ValidationShare { get; init; } = .2;

    public int Seed { get; init; } = 1;

    /// <summary>See <see cref="PictureGroups"/>.</summary>
    public string? GroupRule { get; init; }

    public ReadingRules Rules { get; init; } = ReadingRules.Default;

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <exception cref="SettingsException">A setting is out of its range.</exception>
    public void Validate()
    {
        Require(MinimumArea >= 1, "--min-area", MinimumArea, "1 pixel or more");
        Require(ValidationShare is >= 0 and < 1, "--validation-share", ValidationShare, "0 up to, not including, 1");
        Require(Threads >= 1, "--threads", Threads, "1 or more");
    }

    private static void Require(bool holds, string option, IFormattable found, string expected)
    {
        if (!holds)
        {
            throw new SettingsException($"{option} is {found.ToString(null, System.Globalization.CultureInfo.InvariantCulture)}, expected {expected}.");
        }
    }
}
