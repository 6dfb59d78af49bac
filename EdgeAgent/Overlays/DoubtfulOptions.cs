using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Overlays;

/// <summary>Pictures of the plants of which the model is least sure, kept on the disk until they are collected and labelled.</summary>
internal sealed record DoubtfulOptions
{
    /// <summary>0: none is kept; share of the disk: the least doubtful make room.</summary>
    public double MaxMegabytes { get; init; }

    /// <summary>Of each plant the most doubtful picture of so many minutes is kept: the next one shows nothing new.</summary>
    public int Minutes { get; init; } = 60;

    /// <summary>Null: "doubtful" in the state folder.</summary>
    public string? Folder { get; init; }

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (MaxMegabytes is not (0 or (>= 1 and <= 100_000_000)))
        {
            yield return new SettingProblem($"{name}.maxMegabytes", MaxMegabytes, "0 (none), or 1 to 100000000 megabytes");
        }

        if (Minutes is not (>= 0 and <= 1_000_000))
        {
            yield return new SettingProblem($"{name}.minutes", Minutes, "0 (every picture is looked at) to 1000000 minutes");
        }
    }
}
