using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>A camera that is disconnected or gives no picture; it may come back.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without what was found the message would be useless.")]
internal sealed class CameraException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The camera is still open: one bad picture, and the next may be good.</summary>
    public bool CanReadAgain { get; init; }

    /// <summary>Nothing that this process can do will help; a new one may.</summary>
    public bool NeedsNewProcess { get; init; }
}
