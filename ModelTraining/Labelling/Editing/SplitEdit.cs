using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>Cuts a leaf in two along a line across it; the larger part keeps the number.</summary>
internal sealed record SplitEdit : LabelEdit
{
    /// <summary>Pixels from the line within which a piece shows on which side of it it lies.</summary>
    private const double Near = 3;

    public required ushort Leaf { get; init; }

    /// <summary>[n][2], x and y in pixels, two or more.</summary>
    public required double[][] Points { get; init; }

    public override PixelBox Extent(LabelMap map)
    {
        _ = Stroke.Box(Points, 2, 1, map);
        return Find(map, Leaf).Box;
    }

    public override ushort Apply(LabelMap map, PixelBox extent)
    {
        using Mat cut = Stroke.Cut(Points, extent);
        using Mat rest = new(extent.Height, extent.Width, MatType.CV_8UC1);
        for (int y = 0; y < extent.Height; y++)
        {
            ReadOnlySpan<byte> line = cut.AsRowSpan(y);
            ReadOnlySpan<ushort> labels = Row(map, extent, y);
            Span<byte> row = rest.AsRowSpan(y);
            for (int x = 0; x < row.Length; x++)
            {
                row[x] = labels[x] == Leaf && line[x] == 0 ? byte.MaxValue : (byte)0;
            }
        }

        using Mat pieces = new();
        int count = Cv2.ConnectedComponents(rest, pieces, PixelConnectivity.Connectivity8, MatType.CV_32S);
        pieces.GetArray(out int[] pieceOf);
        bool[] isLeft = Sides(extent, pieceOf, count);
        int[] areas = new int[2];
        for (int i = 0; i < pieceOf.Length; i++)
        {
            areas[isLeft[pieceOf[i]] ? 1 : 0] += pieceOf[i] > 0 ? 1 : 0;
        }

        if (areas.Min() == 0)
        {
            throw new LabelEditException($"The line does not cut leaf {Leaf} in two; draw it right across, from edge to edge.");
        }

        bool leftIsNew = areas[1] <= areas[0];
        ushort label = FreeLabel(map);
        for (int i = 0; i < pieceOf.Length; i++)
        {
            (int x, int y) = (i % extent.Width, i / extent.Width);
            Span<ushort> labels = Row(map, extent, y);
            bool left = pieceOf[i] > 0 ? isLeft[pieceOf[i]] : labels[x] == Leaf && Place(extent, x, y).Side > 0;
            if (labels[x] == Leaf && left == leftIsNew)
            {
                labels[x] = label;
            }
        }

        return label;
    }

    /// <summary>The side of the line of each piece, by its pixels near the line; of one that lies away from it, by all of them.</summary>
    private bool[] Sides(PixelBox extent, int[] pieceOf, int count)
    {
        (int Near, int All)[] votes = new (int, int)[count];
        for (int i = 0; i < pieceOf.Length; i++)
        {
            if (pieceOf[i] == 0)
            {
                continue;
            }

            (double distance, double side) = Place(extent, i % extent.Width, i / extent.Width);
            ref (int Near, int All) vote = ref votes[pieceOf[i]];
            vote.All += Math.Sign(side);
            vote.Near += distance <= Near ? Math.Sign(side) : 0;
        }

        return [.. votes.Select(vote => vote.Near != 0 ? vote.Near > 0 : vote.All > 0)];
    }

    /// <summary>Distance from the line, and a number above 0 on its left as one draws it (on a picture, whose y grows downwards, its right).</summary>
    private (double Distance, double Side) Place(PixelBox extent, int column, int row)
    {
        (double x, double y) = (extent.X1 + column + 0.5, extent.Y1 + row + 0.5);
        (double Distance, double Side) nearest = (double.MaxValue, 0);
        for (int i = 1; i < Points.Length; i++)
        {
            (double[] from, double[] to) = (Points[i - 1], Points[i]);
            (double dx, double dy, double px, double py) = (to[0] - from[0], to[1] - from[1], x - from[0], y - from[1]);
            double squared = (dx * dx) + (dy * dy);
            if (squared == 0)
            {
                continue;
            }

            double along = Math.Clamp(((px * dx) + (py * dy)) / squared, 0, 1);
            double distance = Math.Sqrt(Math.Pow(px - (along * dx), 2) + Math.Pow(py - (along * dy), 2));
            if (distance < nearest.Distance)
            {
                nearest = (distance, (dx * py) - (dy * px));
            }
        }

        return nearest;
    }
}
