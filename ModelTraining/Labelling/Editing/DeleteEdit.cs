using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>Makes a leaf background.</summary>
internal sealed record DeleteEdit : LabelEdit
{
    public required ushort Leaf { get; init; }

    public override PixelBox Extent(LabelMap map) => Find(map, Leaf).Box;

    public override ushort Apply(LabelMap map, PixelBox extent)
    {
        for (int y = extent.Y1; y < extent.Y2; y++)
        {
            map.Labels.AsSpan((y * map.Width) + extent.X1, extent.Width).Replace(Leaf, (ushort)0);
        }

        return 0;
    }
}
