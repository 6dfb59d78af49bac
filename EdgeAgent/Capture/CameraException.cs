using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>A camera that is away or gives no picture; it may come back.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without saying what was found it would help nobody.")]
internal sealed class CameraException(string message, Exception? inner = null) : Exception(message, inner);
