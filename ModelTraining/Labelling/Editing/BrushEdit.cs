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
}
