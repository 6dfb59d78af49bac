using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>Makes a new leaf of a mask that covers a point. It takes background, and of other leaves only the one at that point.</summary>
/// <param name="Box">Where the mask lies.</param>
/// <param name="Mask">[Height * Width] of the box, row by row.</param>
/// <param name="X">The point's column.</param>
/// <param name="Y">The point's row.</param>
internal sealed record MaskEdit(PixelBox Box, bool[] Mask, int X, int Y) : LabelEdit
{
    public override PixelBox Extent(LabelMap map) => Box;

    public override ushort Apply(LabelMap map, PixelBox extent)
    {
        ushort label = FreeLabel(map), under = map[X, Y];
        for (int y = 0; y < extent.Height; y++)
        {
            Span<ushort> labels = Row(map, extent, y);
            for (int x = 0; x < labels.Length; x++)
            {
                if (Mask[(y * extent.Width) + x] && (labels[x] == 0 || labels[x] == under))
                {
                    labels[x] = label;
                }
            }
        }

        return label;
    }
}
