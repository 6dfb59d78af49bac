using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>Adds the area inside a closed line to a leaf, or makes a leaf of it.</summary>
internal sealed record PolygonEdit : LabelEdit
{
    /// <summary>0: a new leaf.</summary>
    public ushort Leaf { get; init; }

    /// <summary>[n][2], x and y in pixels, three or more; the last is joined with the first.</summary>
    public required double[][] Points { get; init; }

    /// <summary>The leaf lies under all others: background alone is filled.</summary>
    public bool Under { get; init; }

    public override PixelBox Extent(LabelMap map) => Stroke.Box(Points, 3, 1, map);

    public override ushort Apply(LabelMap map, PixelBox extent)
    {
        using Mat area = Stroke.Area(Points, extent);
        return Paint(map, extent, area, Leaf, Under);
    }
}
