using System.Threading.Channels;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>One channel that several cameras write to: it is complete when the last of them is.</summary>
internal sealed class FrameWriter(ChannelWriter<Frame> frames, int cameras) : ChannelWriter<Frame>
{
    private int left = cameras;

    public override bool TryComplete(Exception? error = null) => Interlocked.Decrement(ref left) switch
    {
        > 0 => true,
        0 => frames.TryComplete(error),
        _ => false,
    };

    public override bool TryWrite(Frame item) => frames.TryWrite(item);

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) =>
        frames.WaitToWriteAsync(cancellationToken);
}
