namespace LeafSeg.Common.Imaging;

/// <summary>A picture with its leaves drawn on it.</summary>
public static class Overlay
{
    public static RgbImage Draw(RgbImage picture, LabelMap leaves, OverlayOptions? options = null) => throw new NotImplementedException();
}
