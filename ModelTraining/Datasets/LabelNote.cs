using System.Globalization;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>
/// Who labelled a picture, when, and whether it is done. It lies inside the label picture, so that labels and note are written at
/// once and are never of two states.
/// </summary>
internal sealed record LabelNote
{
    private const string StateKeyword = "LeafSeg State", SecondsKeyword = "LeafSeg Seconds", Accepted = "accepted", Draft = "draft";

    /// <summary>A note lies at the beginning of its file.</summary>
    private const int LongestNote = 4096;

    /// <summary>Who changed or accepted the labels last.</summary>
    public required string Author { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <summary>Somebody has looked at the labels and found them right.</summary>
    public required bool IsAccepted { get; init; }

    /// <summary>Time spent on the picture, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>The model that drew first.</summary>
    public string? Model { get; init; }

    /// <returns>Null: another program wrote the labels.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LabelNote? Of(string labelFile)
    {
        using FileStream file = File.OpenRead(labelFile);
        byte[] head = new byte[LongestNote];
        return Of(PngText.Read(head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false))));
    }

    /// <summary>A PNG file with this note in it.</summary>
    public byte[] WriteInto(ReadOnlySpan<byte> png) => PngText.Add(png, new Dictionary<string, string>
    {
        ["Author"] = Author,
        ["Creation Time"] = Time.ToString("O", CultureInfo.InvariantCulture),
        ["Software"] = "leafseg-train label",
        ["Source"] = Model ?? "",
        [StateKeyword] = IsAccepted ? Accepted : Draft,
        [SecondsKeyword] = Seconds.ToString("0", CultureInfo.InvariantCulture),
    });

    private static LabelNote? Of(IReadOnlyDictionary<string, string> texts) => texts.GetValueOrDefault(StateKeyword) is Accepted or Draft
        && DateTimeOffset.TryParse(texts.GetValueOrDefault("Creation Time"), CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time)
        ? new LabelNote
        {
            Author = texts.GetValueOrDefault("Author") ?? "",
            Time = time,
            IsAccepted = texts[StateKeyword] == Accepted,
            Seconds = double.TryParse(texts.GetValueOrDefault(SecondsKeyword), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) ? seconds : 0,
            Model = texts.GetValueOrDefault("Source") is { Length: > 0 } model ? model : null,
        }
        : null;
}
