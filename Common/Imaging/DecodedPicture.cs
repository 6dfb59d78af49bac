namespace LeafSeg.Common.Imaging;

/// <summary>A picture as 8-bit RGB, upright, and what its file was.</summary>
/// <param name="Image">The pixels.</param>
/// <param name="Format">As stored.</param>
/// <param name="Scale">How values that were no 8 bits were spread over 0 to 255; null: they were.</param>
public sealed record DecodedPicture(RgbImage Image, PictureFormat Format, string? Scale)
{
    /// <summary>What the pixels went through that changes what is seen: turned, one page of several, scaled; null: nothing.</summary>
    public string? Conversion
    {
        get
        {
            string?[] done =
            [
                Format.Orientation == Orientation.Upright ? null : $"turned upright (EXIF orientation {(int)Format.Orientation})",
                Format.Pages == 1 ? null : $"one page of {Format.Pages}",
                Scale,
            ];
            return done.Any(one => one is not null) ? string.Join(", ", done.OfType<string>()) : null;
        }
    }
}
