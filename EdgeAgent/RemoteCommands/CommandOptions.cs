using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.RemoteCommands;

/// <summary>Commands over MQTT. Who may send them is the broker's to say.</summary>
internal sealed record CommandOptions
{
    /// <summary>A command is followed only if its own time is no further than this from the rig's.</summary>
    public double OldestSeconds { get; init; } = 60;

    /// <summary>A larger overlay is sent with fewer pixels.</summary>
    public int ImageMaxKilobytes { get; init; } = 1000;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (OldestSeconds is not (>= 1 and <= 86400))
        {
            yield return new SettingProblem($"{name}.oldestSeconds", OldestSeconds, "1 to 86400 seconds");
        }

        if (ImageMaxKilobytes is not (>= 10 and <= 100_000))
        {
            yield return new SettingProblem($"{name}.imageMaxKilobytes", ImageMaxKilobytes, "10 to 100000 kilobytes");
        }
    }
}
