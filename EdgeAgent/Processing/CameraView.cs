using LeafSeg.EdgeAgent.Calibration;
using LeafSeg.EdgeAgent.Calibration.Pots;
using LeafSeg.EdgeAgent.Calibration.Scale;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>What lies under one camera: where its plants stand, and how large its pixels are.</summary>
internal sealed record CameraView(PotFinder Pots, RigScale Scale, FittedSize? Size)
{
    /// <summary>Pots and scale were made for pictures of this size; pictures of a folder have each their own.</summary>
    public bool Fits(int width, int height) => Size?.Fits(width, height) ?? true;

    public bool NeedsMarkers => Pots.NeedsMarkers || Scale.NeedsMarkers;
}
