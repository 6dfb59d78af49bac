using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Capture;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>The model that measures. It is changed between two captures, never within one.</summary>
internal sealed class ModelInUse(LeafModel first) : IDisposable
{
    private readonly Lock gate = new();
    private volatile LeafModel current = first;

    /// <summary>A capture is measured and recorded; raised on the thread that did it, which waits.</summary>
    public event Action<Frame, Measurement>? Measured;

    /// <summary>A capture could not be measured: the digest of the model that was to, and why.</summary>
    public event Action<string, string>? Failed;

    /// <summary>For what it states about itself; who runs it uses <see cref="Use"/>.</summary>
    public LeafModel Current => current;

    /// <summary>Measures a whole capture with one model.</summary>
    public T Use<T>(Func<LeafModel, T> measure)
    {
        lock (gate)
        {
            return measure(current);
        }
    }

    /// <summary>Waits for the capture that is being measured, if any, and changes the model.</summary>
    /// <returns>The previous model, which is no longer in use.</returns>
    public LeafModel Replace(LeafModel next)
    {
        lock (gate)
        {
            LeafModel before = current;
            current = next;
            return before;
        }
    }

    public void NotifyMeasured(Frame frame, Measurement measurement) => Measured?.Invoke(frame, measurement);

    public void NotifyFailed(string digest, string reason) => Failed?.Invoke(digest, reason);

    public void Dispose()
    {
        lock (gate)
        {
            current.Dispose();
        }
    }
}
