namespace LeafSeg.Common.Imaging;

/// <summary>File formats whose headers are read before the pixels.</summary>
internal enum PictureKind
{
    Other,
    Png,
    Jpeg,
    Tiff,
}
