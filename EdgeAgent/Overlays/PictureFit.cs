using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Overlays;

/// <summary>Makes a picture small enough to be sent.</summary>
internal static class PictureFit
{
    private const int Attempts = 6;
    private const int SmallestSide = 32;

    /// <summary>The JPEG itself where it fits, else one of fewer pixels; null where even a tiny one does not.</summary>
    /// <param name="jpeg">A whole JPEG.</param>
    /// <param name="maxBytes">Bytes at most.</param>
    public static byte[]? Into(byte[] jpeg, long maxBytes)
    {
        if (jpeg.Length <= maxBytes)
        {
            return jpeg;
        }

        // A broker may take packets that are smaller than what goes around a picture.
        if (maxBytes <= 0)
        {
            return null;
        }

        using Mat whole = Cv2.ImDecode(jpeg, ImreadModes.Color);
        double scale = 1;
        long size = jpeg.Length;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            // A JPEG's bytes go with its pixels, a little slower.
            scale *= 0.9 * Math.Sqrt((double)maxBytes / size);
            if (Math.Min(whole.Width, whole.Height) * scale < SmallestSide)
            {
                return null;
            }

            using Mat smaller = new();
            Cv2.Resize(whole, smaller, default, scale, scale, InterpolationFlags.Area);
            Cv2.ImEncode(".jpg", smaller, out byte[] bytes);
            if (bytes.Length <= maxBytes)
            {
                return bytes;
            }

            size = bytes.Length;
        }

        return null;
    }
}
