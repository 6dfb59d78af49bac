namespace LeafSeg.EdgeAgent.Simulation;

/// <summary>How many rigs there are, and what befalls them.</summary>
internal sealed record SimulatedFleetOptions
{
    public required int Rigs { get; init; }

    public required string Site { get; init; }

    /// <summary>From one capture of a rig to its next.</summary>
    public required double EverySeconds { get; init; }

    /// <summary>Share of that time by which a capture may come earlier or later, 0 to 1.</summary>
    public required double Jitter { get; init; }

    /// <summary>Of 100 rigs, so many have an alarm at any time; with the camera's they take no captures.</summary>
    public required double AilingPercent { get; init; }

    /// <summary>Of each rig: it is gone without a word for up to a minute and comes back with another boot id.</summary>
    public required double PowerCutsPerHour { get; init; }

    /// <summary>Of each rig: its network is gone for up to <see cref="OutageSeconds"/>, and it goes on measuring.</summary>
    public required double OutagesPerHour { get; init; }

    public required double OutageSeconds { get; init; }

    public required int Seed { get; init; }

    /// <summary>"r0001", "r0002", ...</summary>
    public static string NameOf(int rig) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"r{rig:D4}");
}
