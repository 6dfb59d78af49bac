using System.Text.Json;
using LeafSeg.ModelTraining.Masks;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>One leaf as COCO writes it, drawn.</summary>
internal static class CocoSegmentation
{
    /// <summary>Draws polygons, or reads run lengths in either form.</summary>
    /// <param name="segmentation">The annotation's value of that name.</param>
    /// <param name="width">Of the picture, in pixels.</param>
    /// <param name="height">Of the picture.</param>
    /// <param name="leavesPicture">A polygon has a point outside; it is cut at the border.</param>
    /// <exception cref="FormatException">Neither form, or of another size; the message says what was found.</exception>
    public static RunLengthMask Draw(JsonElement segmentation, int width, int height, out bool leavesPicture)
    {
        leavesPicture = false;
        try
        {
            if (segmentation.ValueKind == JsonValueKind.Object)
            {
                return ReadRuns(segmentation, width, height);
            }

            if (segmentation.ValueKind != JsonValueKind.Array || segmentation.GetArrayLength() == 0)
            {
                throw new FormatException("no segmentation; a box alone is no mask");
            }

            double[][] rings = [.. segmentation.EnumerateArray().Select(ring => ring.EnumerateArray().Select(number => number.GetDouble()).ToArray())];
            leavesPicture = rings.Any(ring => ring.Where((value, i) => value < -0.5 || value > (i % 2 == 0 ? width : height) + 0.5).Any());
            return Polygon.Draw(rings, width, height);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("neither a list of polygons nor run lengths with size and counts");
        }
    }

    private static RunLengthMask ReadRuns(JsonElement runs, int width, int height)
    {
        int[] size = [.. runs.GetProperty("size").EnumerateArray().Select(number => number.GetInt32())];
        if (size is not [int rows, int columns] || rows != height || columns != width)
        {
            throw new FormatException($"run lengths for {string.Join('x', size.Reverse())} pixels in a picture of {width}x{height}");
        }

        JsonElement counts = runs.GetProperty("counts");
        return counts.ValueKind == JsonValueKind.String
            ? RunLengthMask.Parse(counts.GetString()!, width, height)
            : RunLengthMask.Of([.. counts.EnumerateArray().Select(count => count.GetInt64())], width, height);
    }
}
