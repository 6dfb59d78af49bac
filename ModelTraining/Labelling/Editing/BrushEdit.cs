using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>Paints a leaf along a line.</summary>
internal sealed record BrushEdit : LabelEdit
{
    /// <summary>0: a new leaf.</summary>
    public ushort Leaf { get; init; }

    public required double Radius { get; init; }

    /// <summary>[n][2], x and y in pixels.</summary>
    public required double[][] Points { get; init; }

    /// <summary>The leaf lies under all others: background alone is painted.</summary>
    public bool Under { get; init; }

    public override PixelBox Extent(LabelMap map) => Stroke.Box(Points, 1, Stroke.Radius(Radius), map);

    public override ushort Apply(LabelMap map, PixelBox extent)
    {
        using Mat line = Stroke.Line(Points, Radius, extent);
        return Paint(map, extent, line, Leaf, Under);
    }

    /// <summary>Gives a leaf the pixels of a mask.</summary>
    /// <returns>The leaf.</returns>
    public static ushort Paint(LabelMap map, PixelBox extent, Mat mask, ushort leaf, bool under)
    {
        ushort label = leaf == 0 ? FreeLabel(map) : Find(map, leaf).Label;
        for (int y = extent.Y1; y < extent.Y2; y++)
        {
            ReadOnlySpan<byte> drawn = mask.AsRowSpan(y - extent.Y1);
            Span<ushort> labels = map.Labels.AsSpan((y * map.Width) + extent.X1, extent.Width);
            for (int x = 0; x < labels.Length; x++)
            {
                if (drawn[x] != 0 && !(under && labels[x] != 0))
                {
                    labels[x] = label;
                }
            }
        }

        return label;
    }
}
