using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>
/// Stamps results that were taken before the wall clock was right: once it is, the monotonic time of a capture gives
/// its wall-clock time, as long as the machine has not been restarted.
/// </summary>
internal sealed class ClockCorrection(MachineBoot boot, SystemClock wallClock, TimeProvider time)
{
    /// <returns>The capture at its right time; as it was, where that is not known.</returns>
    public CaptureResult Stamp(CaptureResult capture)
    {
        if (capture.Clock.State != ClockState.Unsynchronised || capture.Boot != boot.Id)
        {
            return capture;
        }

        (ClockState state, double? errorMs) = wallClock.Read();
        if (state == ClockState.Unsynchronised)
        {
            return capture;
        }

        DateTimeOffset taken = time.GetUtcNow() - TimeSpan.FromMilliseconds(time.MillisecondsSince(capture.Clock.MonotonicNs));
        DateTimeOffset Right(DateTimeOffset moment) => moment == capture.Time ? taken : moment;
        return capture with
        {
            Time = taken,
            Clock = capture.Clock with { State = state, ErrorMs = errorMs },
            Plants = [.. capture.Plants.Select(plant => plant with
            {
                Events = plant.Events is null ? null : [.. plant.Events.Select(happened => happened with { Time = Right(happened.Time) })],
                Leaves = plant.Leaves is null ? null : [.. plant.Leaves.Select(leaf => leaf with { Born = leaf.Born is { } born ? Right(born) : null })],
            })],
        };
    }
}
