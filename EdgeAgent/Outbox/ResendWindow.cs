namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>How long acknowledged results are kept, to be sent again over the next connection; whichever comes first ends it.</summary>
/// <param name="Time">Longer than the broker takes to write what it has acknowledged; zero: none is kept.</param>
/// <param name="Bytes">Of all that are kept.</param>
internal sealed record ResendWindow(TimeSpan Time, long Bytes);
