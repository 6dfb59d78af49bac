namespace LeafSeg.EdgeAgent.Machine;

/// <summary>
/// How long to wait before the next attempt: twice as long each time up to a limit, and a random part of that, so that
/// a hundred rigs do not all knock at the moment their broker is back.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private int attempts;

    public void Reset() => attempts = 0;

    /// <summary>Between half the wait and the whole of it.</summary>
#pragma warning disable RS0030 // rigs that lost one broker must not come back together
    public TimeSpan Next() => Next(Random.Shared.NextDouble());
#pragma warning restore RS0030

    internal TimeSpan Next(double random)
    {
        double whole = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(attempts, 30)), longest.TotalSeconds);
        attempts++;
        return TimeSpan.FromSeconds(whole * (0.5 + (random / 2)));
    }
}
