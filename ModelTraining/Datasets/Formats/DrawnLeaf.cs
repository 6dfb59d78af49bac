using LeafSeg.ModelTraining.Masks;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>An outline as pixels.</summary>
/// <param name="Mask">Of the picture's size.</param>
/// <param name="LeavesPicture">It has a point outside and is cut at the border.</param>
/// <param name="Holes">Rings that lie inside another one, filled.</param>
internal readonly record struct DrawnLeaf(RunLengthMask Mask, bool LeavesPicture, int Holes)
{
    private const int SmallestRing = 6;

    /// <summary>Draws rings and joins them, as pycocotools does: a ring inside a ring makes no hole.</summary>
    /// <param name="rings">x, y, x, y, ... each.</param>
    /// <param name="width">Of the picture, in pixels.</param>
    /// <param name="height">Of the picture.</param>
    /// <exception cref="FormatException">No ring has three points, or a coordinate is no place.</exception>
    public static DrawnLeaf OfRings(IReadOnlyList<double[]> rings, int width, int height)
    {
        if (rings.Count == 0)
        {
            throw new FormatException("no segmentation; a box alone is no mask");
        }

        // A ring of one or two points beside a whole one, or a number too many, changes no pixel.
        double[][] whole = [.. rings.Where(ring => ring.Length >= SmallestRing).Select(ring => ring.Length % 2 == 0 ? ring : ring[..^1])];
        if (whole.Length == 0)
        {
            throw new FormatException($"a polygon of {rings[0].Length} numbers, expected x and y of at least three points");
        }

        bool leaves = whole.Any(ring => ring.Where((value, i) => value < -0.5 || value > (i % 2 == 0 ? width : height) + 0.5).Any());
        RunLengthMask[] masks = [.. whole.Select(ring => Polygon.Draw(ring, width, height))];
        int holes = masks.Length == 1 ? 0 : masks.Count(mask => mask.Area > 0 && masks.Any(other => other.Area > mask.Area && RunLengthMask.CommonPixels(mask, other) == mask.Area));
        return new DrawnLeaf(masks.Length == 1 ? masks[0] : RunLengthMask.Union(masks), leaves, holes);
    }
}
