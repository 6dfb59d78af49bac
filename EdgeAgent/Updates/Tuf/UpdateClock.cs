using System.Globalization;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tuf;
using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Updates.Tuf;

/// <summary>
/// The clock by which metadata expires. A rig without a battery wakes in 1970, when nothing has expired yet: while its
/// clock is in doubt it takes nothing new, and keeps what it has.
/// </summary>
/// <param name="time">The system's clock.</param>
/// <param name="doubt">Why that clock may be wrong, or null.</param>
internal sealed class UpdateClock(TimeProvider time, Func<string?> doubt)
{
    /// <summary>As it is, right or wrong.</summary>
    public static UpdateClock AsItIs(TimeProvider time) => new(time, () => null);

    /// <summary>A rig's: not before this program was built, and synchronised where that is requested.</summary>
    public static UpdateClock OfRig(TimeProvider time, RepositoryOptions options) => new(
        time,
        () => Doubt(time.GetUtcNow(), new DateTimeOffset(File.GetLastWriteTimeUtc(Environment.ProcessPath!)), new SystemClock().Read().State, options));

    /// <exception cref="TufException"><see cref="TufRefusal.ClockInDoubt"/>.</exception>
    public DateTimeOffset Now() =>
        doubt() is { } why ? throw new TufException(TufRefusal.ClockInDoubt, why) : time.GetUtcNow();

    /// <param name="now">What the clock shows.</param>
    /// <param name="built">When this program was made.</param>
    /// <param name="state">What the kernel reports of the clock.</param>
    /// <param name="options">Whether that counts.</param>
    internal static string? Doubt(DateTimeOffset now, DateTimeOffset built, ClockState state, RepositoryOptions options)
    {
        if (now < built)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"the clock shows {now:yyyy-MM-dd HH:mm} UTC, which is before this program was built ({built:yyyy-MM-dd}); set it, and the update goes on");
        }

        return options.RequireSynchronisedClock && state != ClockState.Synchronised
            ? "the clock has not been synchronised since this machine started; when NTP has set it, the update goes on"
            : null;
    }
}
