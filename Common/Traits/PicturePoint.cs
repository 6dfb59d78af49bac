namespace LeafSeg.Common.Traits;

/// <summary>A point between pixels; the centre of pixel (0, 0) is at (0, 0).</summary>
public readonly record struct PicturePoint(double X, double Y);
