using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>Makes background along a line.</summary>
internal sealed record EraseEdit : LabelEdit
{
    /// <summary>The only leaf that is erased; 0: any.</summary>
    public ushort Leaf { get; init; }

    public required double Radius { get; init; }

    /// <summary>[n][2], x and y in pixels.</summary>
    public required double[][] Points { get; init; }

    public override PixelBox Extent(LabelMap map) => Stroke.Box(Points, 1, Stroke.Radius(Radius), map);

    public override ushort Apply(LabelMap map, PixelBox extent)
    {
        using Mat line = Stroke.Line(Points, Radius, extent);
        for (int y = 0; y < extent.Height; y++)
        {
            ReadOnlySpan<byte> drawn = line.AsRowSpan(y);
            Span<ushort> labels = Row(map, extent, y);
            for (int x = 0; x < labels.Length; x++)
            {
                if (drawn[x] != 0 && (Leaf == 0 || labels[x] == Leaf))
                {
                    labels[x] = 0;
                }
            }
        }

        return Leaf;
    }
}
