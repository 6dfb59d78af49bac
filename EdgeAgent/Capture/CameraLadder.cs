using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>
/// The ladder of measures for a camera that hangs, is away or is frozen: read again, open again, and when that does not
/// help, a new process. A good picture leads back to its foot.
/// </summary>
internal sealed class CameraLadder(CameraOptions options, TimeProvider time)
{
    private readonly long? exitAfterNs = options.ExitAfterSeconds is { } seconds ? (long)(seconds * 1e9) : null;
    private long? withoutPictureSince;
    private int readAgain;
    private int reopenedFrozen;

    /// <summary>The camera gave no picture, or could not be opened.</summary>
    public CameraMeasure Failed(CameraException e)
    {
        long now = time.MonotonicNs();
        withoutPictureSince ??= now;
        if (e.NeedsNewProcess && exitAfterNs is not null)
            return CameraMeasure.Exit;
        if (e.CanReadAgain && readAgain < options.ReadAgain)
        {
            readAgain++;
            return CameraMeasure.ReadAgain;
        }

        readAgain = 0;
        return now - withoutPictureSince >= exitAfterNs ? CameraMeasure.Exit : CameraMeasure.Reopen;
    }

    /// <summary>The camera gave a picture.</summary>
    /// <param name="repeats">How many pictures before it were the very same.</param>
    public CameraMeasure Taken(int repeats)
    {
        withoutPictureSince = null;
        readAgain = 0;
        if (repeats == 0)
            reopenedFrozen = 0;
        if (repeats == 0 || (repeats + 1) % options.FrozenAfter != 0)
            return CameraMeasure.None;
        if (reopenedFrozen < options.FrozenReopens || exitAfterNs is null)
        {
            reopenedFrozen++;
            return CameraMeasure.Reopen;
        }

        return CameraMeasure.Exit;
    }
}
