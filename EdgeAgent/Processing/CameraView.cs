using LeafSeg.EdgeAgent.Calibration.Pots;
using LeafSeg.EdgeAgent.Calibration.Scale;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>What lies under one camera: where its plants stand, and how large its pixels are.</summary>
internal sealed record CameraView(PotFinder Pots, RigScale Scale)
{
    public bool NeedsMarkers => Pots.NeedsMarkers || Scale.NeedsMarkers;
}
