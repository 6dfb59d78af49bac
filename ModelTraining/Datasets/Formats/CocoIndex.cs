using System.Globalization;
using System.Text.Json;
using LeafSeg.Common.Json;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>
/// What a COCO instances file lists. The file stays in memory as it is, and an outline is read out of it only when its
/// picture is: a file of 100,000 annotations opens at the speed of a JSON reader. One odd value spoils its own entry alone.
/// </summary>
internal sealed class CocoIndex
{
    private readonly byte[] json;

    private CocoIndex(byte[] json)
    {
        this.json = json;
    }

    public List<Picture> Pictures { get; } = [];

    public List<Annotation> Annotations { get; } = [];

    public List<Category> Categories { get; } = [];

    /// <summary>Entries of images and categories that cannot be used: what they are, and why not.</summary>
    public List<(CocoId? Id, string Text)> OddPictures { get; } = [];

    /// <summary>Annotations that cannot be used.</summary>
    public List<string> OddAnnotations { get; } = [];

    /// <exception cref="DatasetException">Not JSON, or not COCO instances.</exception>
    public static CocoIndex Read(string path)
    {
        CocoIndex index = new(JsonText.Read(path));
        HashSet<string> seen = [];
        List<string> keys = [];
        try
        {
            Utf8JsonReader reader = new(index.json, JsonText.Options);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new DatasetException($"{path}: cannot be read as COCO instances: it begins with {Named(reader.TokenType)}, expected an object with images, annotations and categories");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string key = reader.GetString()!;
                keys.Add(key);
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartArray && key is "images" or "annotations" or "categories")
                {
                    seen.Add(key);
                    index.ReadList(ref reader, key);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (JsonException e)
        {
            throw new DatasetException($"{path}: cannot be read as COCO instances: {JsonFault.InWords(e)}");
        }

        string? missing = !seen.Contains("images") ? "images" : !seen.Contains("annotations") ? "annotations" : null;
        return missing is null
            ? index
            : throw new DatasetException(
                $"{path}: JSON without \"{missing}\"{(keys.Count > 0 ? $" (it has {string.Join(", ", keys.Take(6).Select(key => $"\"{key}\""))}{(keys.Count > 6 ? ", ..." : "")})" : "")}, "
                + "expected COCO instances (images, annotations, categories); export it again as COCO segmentation");
    }

    /// <summary>The JSON of an outline; empty where there is none.</summary>
    public ReadOnlySpan<byte> SegmentationOf(Annotation annotation) => json.AsSpan(annotation.Start, annotation.Length);

    private void ReadList(ref Utf8JsonReader reader, string key)
    {
        for (int place = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; place++)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                string odd = $"entry {place} of \"{key}\" is {Named(reader.TokenType)}, expected an object";
                reader.Skip();
                if (key == "annotations")
                {
                    OddAnnotations.Add(odd);
                }
                else
                {
                    OddPictures.Add((null, odd));
                }

                continue;
            }

            switch (key)
            {
                case "images":
                    ReadPicture(ref reader, place);
                    break;
                case "annotations":
                    ReadAnnotation(ref reader, place);
                    break;
                default:
                    ReadCategory(ref reader);
                    break;
            }
        }
    }

    private void ReadPicture(ref Utf8JsonReader reader, int place)
    {
        CocoId? id = null;
        string? name = null;
        string found = "", width = "no width", height = "no height";
        double w = 0, h = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsNext(ref reader, "id"u8))
            {
                id = CocoId.Read(reader);
                found = Shown(reader);
            }
            else if (IsNext(ref reader, "file_name"u8))
            {
                name = JsonText.Of(reader);
            }
            else if (IsNext(ref reader, "width"u8))
            {
                (w, width) = (JsonText.NumberOf(reader) ?? 0, Shown(reader));
            }
            else if (IsNext(ref reader, "height"u8))
            {
                (h, height) = (JsonText.NumberOf(reader) ?? 0, Shown(reader));
            }

            reader.Skip();
        }

        if (id is null)
        {
            OddPictures.Add((null, $"entry {place} of \"images\" has {(found.Length == 0 ? "no id" : $"the id {found}")}, expected a number or a name"));
        }
        else if (string.IsNullOrEmpty(name))
        {
            OddPictures.Add((id, $"image {id} has no file_name, expected the name of its picture"));
        }
        else if (w is < 1 or > int.MaxValue || h is < 1 or > int.MaxValue || w != Math.Floor(w) || h != Math.Floor(h))
        {
            OddPictures.Add((id, $"image {id} ({name}) has width {width} and height {height}, expected whole numbers of pixels"));
        }
        else
        {
            Pictures.Add(new Picture(id.Value, name, (int)w, (int)h));
        }
    }

    private void ReadAnnotation(ref Utf8JsonReader reader, int place)
    {
        CocoId? id = null, picture = null, category = null;
        string? odd = null;
        bool crowd = false, noCategory = true;
        int start = 0, length = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsNext(ref reader, "segmentation"u8))
            {
                start = (int)reader.TokenStartIndex;
                reader.Skip();
                length = (int)reader.BytesConsumed - start;
                continue;
            }

            if (IsNext(ref reader, "id"u8))
            {
                id = CocoId.Read(reader);
            }
            else if (IsNext(ref reader, "image_id"u8))
            {
                picture = CocoId.Read(reader);
            }
            else if (IsNext(ref reader, "category_id"u8))
            {
                category = CocoId.Read(reader);
                noCategory = reader.TokenType == JsonTokenType.Null;
                odd ??= category is null && !noCategory ? $"category_id is {Shown(reader)}, expected a number or a name" : null;
            }
            else if (IsNext(ref reader, "iscrowd"u8))
            {
                bool? flag = Flag(reader);
                odd ??= flag is null ? $"iscrowd is {Shown(reader)}, expected 0 or 1" : null;
                crowd = flag ?? false;
            }

            reader.Skip();
        }

        odd ??= picture is null ? "image_id is missing or no id, expected that of an image" : null;
        string name = id is CocoId known ? $"annotation {known}" : $"entry {place} of \"annotations\"";
        if (odd is not null)
        {
            OddAnnotations.Add($"{name}: {odd}");
            return;
        }

        Annotations.Add(new Annotation(id, place, picture!.Value, noCategory ? null : category, crowd, start, length));
    }

    private void ReadCategory(ref Utf8JsonReader reader)
    {
        CocoId? id = null;
        string? name = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsNext(ref reader, "id"u8))
            {
                id = CocoId.Read(reader);
            }
            else if (IsNext(ref reader, "name"u8))
            {
                name = JsonText.Of(reader) ?? Shown(reader);
            }

            reader.Skip();
        }

        if (id is CocoId known)
        {
            Categories.Add(new Category(known, name ?? known.ToString()));
        }
    }

    /// <summary>Moves on to the value where the property is called so.</summary>
    private static bool IsNext(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(name))
        {
            return false;
        }

        reader.Read();
        return true;
    }

    private static bool? Flag(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False or JsonTokenType.Null => false,
        JsonTokenType.String when bool.TryParse(JsonText.Of(reader), out bool word) => word,
        _ => JsonText.NumberOf(reader) is double number ? number != 0 : null,
    };

    private static string Shown(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String when JsonText.Of(reader) is string text => $"\"{text}\"",
        JsonTokenType.Number => reader.GetDouble().ToString(CultureInfo.InvariantCulture),
        _ => Named(reader.TokenType),
    };

    private static string Named(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => "null",
    };

    /// <summary>One of "images".</summary>
    internal sealed record Picture(CocoId Id, string FileName, int Width, int Height);

    /// <summary>One of "annotations"; no category where the file has null.</summary>
    internal sealed record Annotation(CocoId? Id, int Place, CocoId PictureId, CocoId? CategoryId, bool IsCrowd, int Start, int Length)
    {
        public string Name => Id is CocoId id ? $"annotation {id}" : $"entry {Place} of \"annotations\"";
    }

    /// <summary>One of "categories".</summary>
    internal sealed record Category(CocoId Id, string Name);
}
