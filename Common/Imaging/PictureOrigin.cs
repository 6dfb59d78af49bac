using System.Globalization;

namespace LeafSeg.Common.Imaging;

/// <summary>Which rig took a picture, of which plant and when; see <see cref="LabelNote"/>.</summary>
/// <param name="Site">The rig's site.</param>
/// <param name="Rig">The rig's name at its site.</param>
/// <param name="Plant">The plant.</param>
/// <param name="Time">When it was taken, UTC.</param>
/// <param name="Capture">The result that was published of it.</param>
/// <param name="Sha256">Of the picture's file, 64 hexadecimal digits.</param>
public sealed record PictureOrigin(string Site, string Rig, string Plant, DateTimeOffset Time, Guid Capture, string Sha256)
{
    private const string SiteKeyword = "LeafSeg Site", RigKeyword = "LeafSeg Rig", PlantKeyword = "LeafSeg Plant", TimeKeyword = "LeafSeg Taken",
        CaptureKeyword = "LeafSeg Capture", Sha256Keyword = "LeafSeg Picture SHA-256";

    internal static PictureOrigin? Of(IReadOnlyDictionary<string, string> texts) =>
        texts.TryGetValue(SiteKeyword, out string? site) && texts.TryGetValue(RigKeyword, out string? rig) && texts.TryGetValue(PlantKeyword, out string? plant)
        && DateTimeOffset.TryParse(texts.GetValueOrDefault(TimeKeyword), CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time)
        && Guid.TryParse(texts.GetValueOrDefault(CaptureKeyword), out Guid capture) && texts.TryGetValue(Sha256Keyword, out string? sha256)
        ? new PictureOrigin(site, rig, plant, time, capture, sha256)
        : null;

    internal IEnumerable<KeyValuePair<string, string>> ToTexts() =>
    [
        new(SiteKeyword, Site),
        new(RigKeyword, Rig),
        new(PlantKeyword, Plant),
        new(TimeKeyword, Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
        new(CaptureKeyword, Capture.ToString()),
        new(Sha256Keyword, Sha256),
    ];
}
