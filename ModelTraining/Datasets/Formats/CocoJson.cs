using System.Text.Json;
using System.Text.Json.Serialization;
using LeafSeg.Common.Messages;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>The part of a COCO instances file that segmentation needs.</summary>
internal sealed record CocoJson
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowReadingFromString };

    [JsonPropertyName("images")]
    public IReadOnlyList<Picture>? Pictures { get; init; }

    [JsonPropertyName("annotations")]
    public IReadOnlyList<Annotation>? Annotations { get; init; }

    [JsonPropertyName("categories")]
    public IReadOnlyList<Category>? Categories { get; init; }

    /// <exception cref="DatasetException">Not JSON, or not COCO instances.</exception>
    public static CocoJson Read(string path)
    {
        CocoJson? coco;
        try
        {
            using FileStream file = File.OpenRead(path);
            coco = JsonSerializer.Deserialize<CocoJson>(file, Json);
        }
        catch (JsonException e)
        {
            throw new DatasetException($"{path}: cannot be read as COCO instances: {JsonFault.InWords(e)}");
        }

        if (coco?.Pictures is null || coco.Annotations is null)
        {
            throw new DatasetException(
                $"{path}: JSON without {(coco?.Pictures is null ? "\"images\"" : "\"annotations\"")}, expected COCO instances "
                + "(images, annotations, categories); export it again as COCO segmentation");
        }

        RequireObjects(coco.Pictures, "images", path);
        RequireObjects(coco.Annotations, "annotations", path);
        RequireObjects(coco.Categories ?? [], "categories", path);
        if (coco.Pictures.FirstOrDefault(picture => string.IsNullOrEmpty(picture.FileName) || picture.Width < 1 || picture.Height < 1) is Picture odd)
        {
            throw new DatasetException($"{path}: image {odd.Id} has file_name \"{odd.FileName}\" and {odd.Width}x{odd.Height} pixels, expected a name and a size");
        }

        return coco.Pictures.GroupBy(picture => picture.Id).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new DatasetException($"{path}: {twice.Count()} images have the id {twice.Key}, expected each id once")
            : coco;
    }

    private static void RequireObjects(IReadOnlyList<object?> list, string name, string path)
    {
        int place = list.Index().Where(entry => entry.Item is null).Select(entry => entry.Index).FirstOrDefault(-1);
        if (place >= 0)
        {
            throw new DatasetException($"{path}: entry {place} of \"{name}\" is null, expected an object; export the file again as COCO segmentation");
        }
    }

    internal sealed record Picture
    {
        [JsonPropertyName("id")]
        public required long Id { get; init; }

        [JsonPropertyName("file_name")]
        public string? FileName { get; init; }

        [JsonPropertyName("width")]
        public int Width { get; init; }

        [JsonPropertyName("height")]
        public int Height { get; init; }
    }

    internal sealed record Annotation
    {
        [JsonPropertyName("id")]
        public long Id { get; init; }

        [JsonPropertyName("image_id")]
        public required long PictureId { get; init; }

        [JsonPropertyName("category_id")]
        public long CategoryId { get; init; }

        [JsonPropertyName("iscrowd")]
        public int IsCrowd { get; init; }

        /// <summary>Polygons, or run lengths compressed or not.</summary>
        [JsonPropertyName("segmentation")]
        public JsonElement Segmentation { get; init; }
    }

    internal sealed record Category
    {
        [JsonPropertyName("id")]
        public required long Id { get; init; }

        [JsonPropertyName("name")]
        public string? Name { get; init; }
    }
}
