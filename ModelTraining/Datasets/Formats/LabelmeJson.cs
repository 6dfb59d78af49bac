using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>The part of labelme's file that segmentation needs; the picture inside it (imageData) is passed over.</summary>
internal sealed record LabelmeJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    [JsonPropertyName("shapes")]
    public IReadOnlyList<Shape>? Shapes { get; init; }

    [JsonPropertyName("imagePath")]
    public string? ImagePath { get; init; }

    [JsonPropertyName("imageWidth")]
    public double? ImageWidth { get; init; }

    [JsonPropertyName("imageHeight")]
    public double? ImageHeight { get; init; }

    /// <summary>0 where the file does not say.</summary>
    [JsonIgnore]
    public int Width => (int)(ImageWidth ?? 0);

    [JsonIgnore]
    public int Height => (int)(ImageHeight ?? 0);

    internal sealed record Shape
    {
        [JsonPropertyName("label")]
        public string? Label { get; init; }

        [JsonPropertyName("points")]
        public IReadOnlyList<double[]>? Points { get; init; }

        [JsonPropertyName("group_id")]
        public int? GroupId { get; init; }

        [JsonPropertyName("shape_type")]
        public string? Type { get; init; }

        [JsonPropertyName("mask")]
        public string? Mask { get; init; }
    }
}
