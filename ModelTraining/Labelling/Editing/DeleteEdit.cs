using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>Makes a leaf background.</summary>
internal sealed record DeleteEdit : LabelEdit
{
    public required ushort Leaf { get; init; }

    public override PixelBox Extent(LabelMap map) => Find(map, Leaf).Box;

    public override ushort Apply(LabelMap map, PixelBox extent)
    {
        for (int y = 0; y < extent.Height; y++)
        {
            Row(map, extent, y).Replace(Leaf, (ushort)0);
        }

        return 0;
    }
}
