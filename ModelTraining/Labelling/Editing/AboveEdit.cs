using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>
/// Lays a leaf above another that it crosses. A label map knows visible pixels alone; what the other leaf has inside the convex
/// hull of this one, between its pieces or in a notch of its outline, is taken for the crossing and changes hands.
/// </summary>
internal sealed record AboveEdit : LabelEdit
{
    /// <summary>The leaf that lies above afterwards.</summary>
    public required ushort Leaf { get; init; }

    /// <summary>The leaf that lies below afterwards.</summary>
    public required ushort Other { get; init; }

    public override PixelBox Extent(LabelMap map)
    {
        PixelBox upper = Find(map, Leaf).Box, lower = Find(map, Other).Box;
        PixelBox both = new(Math.Max(upper.X1, lower.X1), Math.Max(upper.Y1, lower.Y1), Math.Min(upper.X2, lower.X2), Math.Min(upper.Y2, lower.Y2));
        return Leaf != Other && !both.IsEmpty ? both : throw Apart();
    }

    public override ushort Apply(LabelMap map, PixelBox extent)
    {
        Point[] hull = Cv2.ConvexHull(Ends(map, Find(map, Leaf).Box));
        using Mat inside = new(extent.Height, extent.Width, MatType.CV_8UC1, Scalar.Black);
        Cv2.FillConvexPoly(inside, hull.Select(point => new Point(point.X - extent.X1, point.Y - extent.Y1)), Scalar.White);
        int taken = 0;
        for (int y = 0; y < extent.Height; y++)
        {
            ReadOnlySpan<byte> row = inside.AsRowSpan(y);
            Span<ushort> labels = Row(map, extent, y);
            for (int x = 0; x < labels.Length; x++)
            {
                if (row[x] != 0 && labels[x] == Other)
                {
                    labels[x] = Leaf;
                    taken++;
                }
            }
        }

        return taken > 0 ? Leaf : throw Apart();
    }

    /// <summary>The first and the last pixel of the leaf in each row.</summary>
    private IEnumerable<Point> Ends(LabelMap map, PixelBox box)
    {
        for (int y = 0; y < box.Height; y++)
        {
            int first = Row(map, box, y).IndexOf(Leaf);
            if (first >= 0)
            {
                yield return new Point(box.X1 + first, box.Y1 + y);
                yield return new Point(box.X1 + Row(map, box, y).LastIndexOf(Leaf), box.Y1 + y);
            }
        }
    }

    private LabelEditException Apart() => new($"Nothing of leaf {Other} lies between parts of leaf {Leaf}; paint the crossing with the brush.");
}
