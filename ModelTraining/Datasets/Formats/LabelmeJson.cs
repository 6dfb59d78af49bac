using System.Globalization;
using System.Text.Json;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>
/// The part of labelme's file that segmentation needs; the picture inside it (imageData) is passed over. One odd value spoils its own
/// shape alone.
/// </summary>
/// <param name="Shapes">In the file's order.</param>
/// <param name="ImagePath">Null where the file does not say.</param>
/// <param name="Width">In pixels; 0 where the file does not say.</param>
/// <param name="Height">In pixels; 0 where the file does not say.</param>
internal sealed record LabelmeJson(IReadOnlyList<LabelmeJson.Shape> Shapes, string? ImagePath, int Width, int Height)
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = JsonText.Options.AllowTrailingCommas,
        CommentHandling = JsonText.Options.CommentHandling,
        MaxDepth = JsonText.Options.MaxDepth,
    };

    /// <returns>Null: JSON of another kind, without shapes.</returns>
    /// <exception cref="DatasetException">It cannot be read.</exception>
    /// <exception cref="JsonException">Not JSON.</exception>
    public static LabelmeJson? Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(JsonText.Read(path), Options);
        JsonElement file = document.RootElement;
        if (file.ValueKind != JsonValueKind.Object || !file.TryGetProperty("shapes", out JsonElement shapes))
        {
            return null;
        }

        Shape[] read = shapes.ValueKind switch
        {
            JsonValueKind.Array => [.. shapes.EnumerateArray().Select(ReadShape)],
            JsonValueKind.Null => [],
            _ => [new Shape { Place = 0, Odd = $"\"shapes\" is {Shown(shapes)}, expected a list" }],
        };
        return new LabelmeJson(read, Text(file, "imagePath"), Pixels(file, "imageWidth"), Pixels(file, "imageHeight"));
    }

    private static Shape ReadShape(JsonElement shape, int place)
    {
        if (shape.ValueKind != JsonValueKind.Object)
        {
            return new Shape { Place = place, Odd = $"is {Shown(shape)}, expected an object" };
        }

        (double[][] points, string? odd) = Points(shape);
        JsonElement? group = Value(shape, "group_id");
        if (group is { ValueKind: not (JsonValueKind.Number or JsonValueKind.String) })
        {
            odd ??= $"group_id is {Shown(group.Value)}, expected a number, a name or null";
        }

        return new Shape
        {
            Place = place,
            Label = Text(shape, "label") ?? (Value(shape, "label") is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : null),
            Points = points,
            Group = group is { } value ? JsonText.Of(value) ?? value.GetRawText() : null,
            Type = Text(shape, "shape_type") ?? "polygon",
            Mask = Text(shape, "mask"),
            Odd = odd,
        };
    }

    private static (double[][] Points, string? Odd) Points(JsonElement shape)
    {
        if (Value(shape, "points") is not { ValueKind: JsonValueKind.Array } list)
        {
            return ([], $"points are {(Value(shape, "points") is { } other ? Shown(other) : "missing")}, expected a list of x and y");
        }

        List<double[]> points = [];
        foreach (JsonElement point in list.EnumerateArray())
        {
            double?[] place = point.ValueKind == JsonValueKind.Array ? [.. point.EnumerateArray().Select(JsonText.NumberOf)] : [];
            if (place is not [double x, double y])
            {
                return ([], $"a point is {Shown(point)}, expected x and y");
            }

            points.Add([x, y]);
        }

        return ([.. points], null);
    }

    private static JsonElement? Value(JsonElement of, string name) =>
        of.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement of, string name) => Value(of, name) is { } value ? JsonText.Of(value) : null;

    private static int Pixels(JsonElement of, string name) =>
        Value(of, name) is { } value && JsonText.NumberOf(value) is double number and >= 1 and <= int.MaxValue ? (int)number : 0;

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: > 40 } text ? $"{text[..40]}..." : value.GetRawText();

    /// <summary>One leaf, or a part of one.</summary>
    internal sealed record Shape
    {
        /// <summary>In the file, from 0.</summary>
        public required int Place { get; init; }

        /// <summary>Null or empty where the file has none.</summary>
        public string? Label { get; init; }

        /// <summary>x and y in pixels.</summary>
        public IReadOnlyList<double[]> Points { get; init; } = [];

        /// <summary>Shapes of one group are one leaf; null: it stands alone.</summary>
        public string? Group { get; init; }

        public string Type { get; init; } = "polygon";

        /// <summary>A PNG picture in base64.</summary>
        public string? Mask { get; init; }

        /// <summary>Why it cannot be used; null: it can.</summary>
        public string? Odd { get; init; }

        public string Name => string.Create(CultureInfo.InvariantCulture, $"shape {Place + 1}{(Label is { Length: > 0 } label ? $" (\"{label}\")" : "")}");
    }
}
