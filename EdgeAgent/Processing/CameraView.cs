using LeafSeg.EdgeAgent.Calibration;
using LeafSeg.EdgeAgent.Calibration.Lens;
using LeafSeg.EdgeAgent.Calibration.Pots;
using LeafSeg.EdgeAgent.Calibration.Scale;
using LeafSeg.EdgeAgent.Capture;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>What lies under one camera: where its plants stand, and how large its pixels are.</summary>
internal sealed record CameraView(PotFinder Pots, RigScale Scale, FittedSize? Size, LensCorrection? Lens)
{
    /// <summary>A frame without the lens's distortion; the frame itself where the lens was not calibrated, or not for this size.</summary>
    public Frame Corrected(Frame frame) => Lens is { } lens && lens.Fits(frame.Image)
        ? frame with { Picture = frame.Picture with { Image = lens.Apply(frame.Image) }, Undistorted = true }
        : frame;

    /// <summary>Pots and scale were made for pictures of this size; pictures of a folder have each their own, unless it has a lens.</summary>
    public bool Fits(int width, int height) => Size?.Fits(width, height) ?? true;

    public bool NeedsMarkers => Pots.NeedsMarkers || Scale.NeedsMarkers;
}
