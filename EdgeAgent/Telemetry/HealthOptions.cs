using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Telemetry;

/// <summary>Limits of the machine itself.</summary>
internal sealed record HealthOptions
{
    /// <summary>Less free room than this on the state folder's disk is an alarm; 0: never.</summary>
    public double DiskFreeMegabytes { get; init; } = 200;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (DiskFreeMegabytes is not (>= 0 and <= 1_000_000))
        {
            yield return new SettingProblem($"{name}.diskFreeMegabytes", DiskFreeMegabytes, "0 to 1000000 megabytes");
        }
    }
}
