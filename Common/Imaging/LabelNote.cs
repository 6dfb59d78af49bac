using System.Globalization;

namespace LeafSeg.Common.Imaging;

/// <summary>
/// Who labelled a picture, when, and whether it is done. It lies inside the label picture, so that labels and note are written at
/// once and are never of two states.
/// </summary>
public sealed record LabelNote
{
    private const string StateKeyword = "LeafSeg State", SecondsKeyword = "LeafSeg Seconds", Accepted = "accepted", Draft = "draft", DoubtKeyword = "LeafSeg Doubt";

    /// <summary>A note lies at the beginning of its file.</summary>
    private const int LongestNote = 4096;

    /// <summary>Who changed or accepted the labels last; empty: nobody has looked at what the model drew.</summary>
    public required string Author { get; init; }

    /// <summary>When they did, or when the model drew.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Somebody has looked at the labels and found them right.</summary>
    public required bool IsAccepted { get; init; }

    /// <summary>Time spent on the picture, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>The model that drew first.</summary>
    public string? Model { get; init; }

    /// <summary>How unsure that model was, 0 to 1.</summary>
    public double? Doubt { get; init; }

    /// <summary>The rig that took the picture; null: none is known.</summary>
    public PictureOrigin? Origin { get; init; }

    /// <summary>A model drew the labels, and nobody has looked at them.</summary>
    public bool IsUntouched => Author.Length == 0 && !IsAccepted;

    /// <returns>Null: another program wrote the labels.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LabelNote? Of(string labelFile)
    {
        using FileStream file = File.OpenRead(labelFile);
        byte[] head = new byte[LongestNote];
        return Of(head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
    }

    /// <param name="png">The label picture, or its beginning.</param>
    /// <returns>Null: another program wrote the labels.</returns>
    public static LabelNote? Of(ReadOnlySpan<byte> png) => Of(PngText.Read(png));

    /// <summary>A PNG file with this note in it.</summary>
    public byte[] WriteInto(ReadOnlySpan<byte> png) => PngText.Add(png, new Dictionary<string, string>
    {
        ["Author"] = Author,
        ["Creation Time"] = Time.ToString("O", CultureInfo.InvariantCulture),
        ["Software"] = "LeafSeg",
        ["Source"] = Model ?? "",
        [StateKeyword] = IsAccepted ? Accepted : Draft,
        [SecondsKeyword] = Seconds.ToString("0", CultureInfo.InvariantCulture),
        [DoubtKeyword] = Doubt?.ToString("0.####", CultureInfo.InvariantCulture) ?? "",
    }.Concat(Origin?.ToTexts() ?? []));

    private static LabelNote? Of(IReadOnlyDictionary<string, string> texts) => texts.GetValueOrDefault(StateKeyword) is Accepted or Draft
        && DateTimeOffset.TryParse(texts.GetValueOrDefault("Creation Time"), CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time)
        ? new LabelNote
        {
            Author = texts.GetValueOrDefault("Author") ?? "",
            Time = time,
            IsAccepted = texts[StateKeyword] == Accepted,
            Seconds = NumberIn(texts, SecondsKeyword) ?? 0,
            Model = texts.GetValueOrDefault("Source") is { Length: > 0 } model ? model : null,
            Doubt = NumberIn(texts, DoubtKeyword),
            Origin = PictureOrigin.Of(texts),
        }
        : null;

    private static double? NumberIn(IReadOnlyDictionary<string, string> texts, string keyword) =>
        double.TryParse(texts.GetValueOrDefault(keyword), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}
