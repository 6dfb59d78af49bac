using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Overlays;

/// <summary>The newest pictures as the cameras gave them.</summary>
/// <param name="folder">Made where it is missing.</param>
/// <param name="options">Which are kept, and how many bytes of them.</param>
/// <exception cref="AgentException">The folder cannot be written.</exception>
internal sealed class OriginalRing(string folder, OriginalsOptions options)
    : PictureRing(folder, "originals.folder", Extension(options.Format), int.MaxValue, (long)(options.MaxMegabytes * 1_000_000))
{
    private readonly Dictionary<string, int> taken = [];

    /// <summary>Keeps the picture, if it is its turn.</summary>
    /// <param name="camera">Name of the camera.</param>
    /// <param name="plant">Name of the plant; that of the camera where it looks at several.</param>
    /// <param name="time">When it was taken.</param>
    /// <param name="capture">Its capture.</param>
    /// <param name="picture">As the camera gave it.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Offer(string camera, string plant, DateTimeOffset time, Guid capture, RgbImage picture)
    {
        int before = taken.GetValueOrDefault(camera);
        taken[camera] = (before + 1) % options.Every;
        if (before == 0)
        {
            Write(string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyyMMdd'T'HHmmssfff'Z'}-{plant}-{capture}"), ImageFile.Encode(picture, Extension(options.Format)));
        }
    }

    private static string Extension(OriginalFormat format) => format == OriginalFormat.Png ? ".png" : ".jpg";
}
