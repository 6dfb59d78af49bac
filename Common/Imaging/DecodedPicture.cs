namespace LeafSeg.Common.Imaging;

/// <summary>A picture as 8-bit RGB, upright, and what its file was.</summary>
/// <param name="Image">The pixels.</param>
/// <param name="Format">As stored.</param>
/// <param name="Scale">How values that were no 8 bits were spread over 0 to 255; null: they were.</param>
public sealed record DecodedPicture(RgbImage Image, PictureFormat Format, string? Scale);
