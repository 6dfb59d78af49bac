using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Overlays;

internal enum OriginalFormat
{
    /// <summary>To the last pixel what was measured.</summary>
    Png,

    /// <summary>A fifth of the room; a new measurement may differ a little.</summary>
    Jpeg,
}

/// <summary>Pictures as the camera gave them, kept on the disk, so that a season can be measured again.</summary>
internal sealed record OriginalsOptions
{
    /// <summary>0: none is kept; 1: all are; n: every n-th of each camera.</summary>
    public int Every { get; init; }

    /// <summary>Null: "originals" in the state folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Share of the disk; the oldest make room.</summary>
    public double MaxMegabytes { get; init; } = 2000;

    public OriginalFormat Format { get; init; } = OriginalFormat.Png;

    public DoubtfulOptions Doubtful { get; init; } = new();

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (Every is not (>= 0 and <= 1_000_000))
        {
            yield return new SettingProblem($"{name}.every", Every, "0 (none), 1 (all), or every n-th up to 1000000");
        }

        if (MaxMegabytes is not (>= 1 and <= 100_000_000))
        {
            yield return new SettingProblem($"{name}.maxMegabytes", MaxMegabytes, "1 to 100000000 megabytes");
        }

        foreach (SettingProblem problem in Doubtful.Problems($"{name}.doubtful"))
        {
            yield return problem;
        }
    }
}
