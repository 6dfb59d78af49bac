namespace LeafSeg.Common.Imaging;

/// <summary>What the pixels of a file are made of.</summary>
public enum PictureColours
{
    /// <summary>Red, green and blue.</summary>
    Rgb,
    /// <summary>One channel.</summary>
    Grey,
    /// <summary>Places in a palette.</summary>
    Indexed,
    /// <summary>Four printing inks.</summary>
    Cmyk,
}
