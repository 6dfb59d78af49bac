using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>
/// Recovery of a camera that hangs, is away or is frozen: read again, open again, and when that does not
/// help, a new process. A good picture starts over.
/// </summary>
internal sealed class CameraRecovery(CameraOptions options, TimeProvider time)
{
    private readonly long? exitAfterNs = options.ExitAfterSeconds is { } seconds ? (long)(seconds * 1e9) : null;
    private long? withoutPictureSince;
    private int readAgain;
    private int reopenedFrozen;

    /// <summary>The camera gave no picture, or could not be opened.</summary>
    public CameraRecoveryStep Failed(CameraException e)
    {
        long now = time.MonotonicNs();
        withoutPictureSince ??= now;
        if (e.NeedsNewProcess && exitAfterNs is not null)
        {
            return CameraRecoveryStep.Exit;
        }

        if (e.CanReadAgain && readAgain < options.ReadAgain)
        {
            readAgain++;
            return CameraRecoveryStep.ReadAgain;
        }

        readAgain = 0;
        return now - withoutPictureSince >= exitAfterNs ? CameraRecoveryStep.Exit : CameraRecoveryStep.Reopen;
    }

    /// <summary>The camera gave a picture.</summary>
    /// <param name="repeats">How many pictures before it were the very same.</param>
    public CameraRecoveryStep Taken(int repeats)
    {
        withoutPictureSince = null;
        readAgain = 0;
        if (repeats == 0)
        {
            reopenedFrozen = 0;
        }

        if (repeats == 0 || (repeats + 1) % options.FrozenAfter != 0)
        {
            return CameraRecoveryStep.None;
        }

        if (reopenedFrozen < options.FrozenReopens || exitAfterNs is null)
        {
            reopenedFrozen++;
            return CameraRecoveryStep.Reopen;
        }

        return CameraRecoveryStep.Exit;
    }
}
