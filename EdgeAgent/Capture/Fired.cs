namespace LeafSeg.EdgeAgent.Capture;

/// <summary>What became of the pulses for one picture.</summary>
/// <param name="Sent">False: the chip was gone, and neither camera nor light was fired.</param>
/// <param name="ExposedMonotonicNs">When the camera signalled its exposure; null where it is not asked or has not.</param>
internal readonly record struct Fired(bool Sent, long? ExposedMonotonicNs);
