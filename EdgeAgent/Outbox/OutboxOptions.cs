using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>The results on the disk: those that the broker has not acknowledged yet, and the newest that it has.</summary>
internal sealed record OutboxOptions
{
    /// <summary>Share of the disk; a result has 2 to 4 kB a plant. Results that need more take the share of the overlays.</summary>
    public double MaxMegabytes { get; init; } = 256;

    /// <summary>
    /// Acknowledged results are kept so long and sent again over each new connection: a broker that is killed forgets what
    /// it had not written yet. mosquitto writes every 30 minutes (autosave_interval 1800). 0: none is kept.
    /// </summary>
    public double ResendMinutes { get; init; } = 35;

    /// <summary>
    /// Of the outbox's share for these at most, however long ago; they go first when there is no room. A tray of 20 pots
    /// each minute takes 2.4 MB in half an hour.
    /// </summary>
    public double ResendMegabytes { get; init; } = 4;

    public ResendWindow Resend =>
        ResendMinutes > 0 ? new ResendWindow(TimeSpan.FromMinutes(ResendMinutes), (long)(ResendMegabytes * 1_000_000)) : new ResendWindow(TimeSpan.Zero, 0);

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (MaxMegabytes is not (>= 1 and <= 1_000_000))
        {
            yield return new SettingProblem($"{name}.maxMegabytes", MaxMegabytes, "1 to 1000000 megabytes");
        }

        if (ResendMinutes is not (>= 0 and <= 10_080))
        {
            yield return new SettingProblem($"{name}.resendMinutes", ResendMinutes, "0 to 10080 minutes");
        }

        if (ResendMegabytes is not (>= 0 and <= 1_000_000))
        {
            yield return new SettingProblem($"{name}.resendMegabytes", ResendMegabytes, "0 to 1000000 megabytes");
        }
    }
}
