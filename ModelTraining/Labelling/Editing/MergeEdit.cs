using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>Makes one leaf of two; it keeps the number of the first.</summary>
internal sealed record MergeEdit : LabelEdit
{
    public required ushort Leaf { get; init; }

    public required ushort Other { get; init; }

    public override PixelBox Extent(LabelMap map)
    {
        if (Leaf == Other)
        {
            throw new LabelEditException("Two leaves are merged; select another one too.");
        }

        _ = Find(map, Leaf);
        return Find(map, Other).Box;
    }

    public override ushort Apply(LabelMap map, PixelBox extent)
    {
        for (int y = 0; y < extent.Height; y++)
        {
            Row(map, extent, y).Replace(Other, Leaf);
        }

        return Leaf;
    }
}
