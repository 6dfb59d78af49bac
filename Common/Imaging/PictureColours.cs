namespace LeafSeg.Common.Imaging;

/// <summary>What the pixels of a file are made of.</summary>
public enum PictureColours
{
    Rgb,
    Grey,
    Indexed,
    Cmyk,
}
