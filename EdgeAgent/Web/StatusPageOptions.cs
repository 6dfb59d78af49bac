using LeafSeg.EdgeAgent.Configuration;

namespace LeafSeg.EdgeAgent.Web;

/// <summary>The page on loopback that shows how the rig is.</summary>
internal sealed record StatusPageOptions
{
    public bool Enabled { get; init; } = true;

    /// <summary>Null: the first free port from 8080 on; the log tells which.</summary>
    public int? Port { get; init; }

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (Port is not (null or (>= 1 and <= 65535)))
            yield return new SettingProblem($"{name}.port", Port, "a port of 1 to 65535, or null for any free one");
    }
}
