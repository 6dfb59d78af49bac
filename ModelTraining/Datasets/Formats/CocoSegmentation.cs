using System.Text.Json;
using LeafSeg.ModelTraining.Masks;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>One leaf as COCO writes it, drawn as pycocotools draws it.</summary>
internal static class CocoSegmentation
{
    /// <summary>Draws polygons, also VIA's flat list of numbers, or reads run lengths in either form.</summary>
    /// <param name="segmentation">The annotation's value of that name, as JSON.</param>
    /// <param name="width">Of the picture, in pixels.</param>
    /// <param name="height">Of the picture.</param>
    /// <exception cref="FormatException">Neither form, or of another size; the message states what was found.</exception>
    public static DrawnLeaf Draw(ReadOnlySpan<byte> segmentation, int width, int height)
    {
        Utf8JsonReader reader = new(segmentation, JsonText.Options);
        if (segmentation.IsEmpty || !reader.Read() || reader.TokenType == JsonTokenType.Null)
        {
            throw new FormatException("no segmentation; a box alone is no mask");
        }

        return reader.TokenType switch
        {
            JsonTokenType.StartObject => new DrawnLeaf(ReadRuns(ref reader, width, height), LeavesPicture: false, Holes: 0),
            JsonTokenType.StartArray => DrawnLeaf.OfRings(ReadRings(ref reader), width, height),
            _ => throw new FormatException("neither a list of polygons nor run lengths with size and counts"),
        };
    }

    private static List<double[]> ReadRings(ref Utf8JsonReader reader)
    {
        List<double[]> rings = [];
        List<double> flat = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                List<double> ring = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    ring.Add(Coordinate(reader));
                }

                rings.Add([.. ring]);
            }
            else
            {
                flat.Add(Coordinate(reader));
            }
        }

        // VIA writes one ring as x, y, x, y, ...; others write a list of points.
        return flat.Count > 0 ? [[.. flat], .. rings]
            : rings.Count > 2 && rings.TrueForAll(ring => ring.Length == 2) ? [[.. rings.SelectMany(point => point)]]
            : rings;
    }

    private static double Coordinate(in Utf8JsonReader reader) =>
        JsonText.NumberOf(reader) ?? throw new FormatException($"a polygon with {(reader.TokenType == JsonTokenType.Null ? "null" : "something else")} in the place of a number, expected x and y in pixels");

    private static RunLengthMask ReadRuns(ref Utf8JsonReader reader, int width, int height)
    {
        List<double> size = [];
        List<long>? counts = null;
        string? compressed = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isSize = reader.ValueTextEquals("size"u8), isCounts = reader.ValueTextEquals("counts"u8);
            reader.Read();
            if (isSize && reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    size.Add(Coordinate(reader));
                }
            }
            else if (isCounts && reader.TokenType == JsonTokenType.StartArray)
            {
                counts = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    counts.Add((long)Coordinate(reader));
                }
            }
            else if (isCounts && reader.TokenType == JsonTokenType.String)
            {
                compressed = JsonText.Of(reader);
            }
            else
            {
                reader.Skip();
            }
        }

        if (size.Count == 0 || (counts is null && compressed is null))
        {
            throw new FormatException("neither a list of polygons nor run lengths with size and counts");
        }

        if (size is not [double rows, double columns] || rows != height || columns != width)
        {
            size.Reverse();
            throw new FormatException($"run lengths for {string.Join('x', size)} pixels in a picture of {width}x{height}");
        }

        return compressed is not null ? RunLengthMask.Parse(compressed, width, height) : RunLengthMask.Of(counts!, width, height);
    }
}
