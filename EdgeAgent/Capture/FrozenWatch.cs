using LeafSeg.Common.Imaging;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>
/// Recognises a camera that repeats itself by what is in its pictures: two exposures are never the same to the last
/// pixel, for the sensor's noise. A picture of a single colour proves nothing: at night every one of them may be black.
/// </summary>
internal sealed class FrozenWatch
{
    // The picture itself and no digest: two pictures differ within their first pixels, where a comparison ends.
    private byte[] last = [];
    private int repeats;

    /// <summary>How many pictures before this one were the very same.</summary>
    public int Repeats(RgbImage picture)
    {
        ReadOnlySpan<byte> pixels = picture.Pixels;
        bool same = pixels.SequenceEqual(last) && pixels.ContainsAnyExcept(pixels[0]);
        last = picture.Pixels;
        return repeats = same ? repeats + 1 : 0;
    }
}
