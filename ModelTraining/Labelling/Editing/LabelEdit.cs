using System.Text.Json.Serialization;
using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>
/// One change to a label map. Coordinates are pixels of the picture, continuous: pixel (x, y) reaches from x to x + 1 and from y
/// to y + 1. Leaves are named by their labels.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(BrushEdit), "brush")]
[JsonDerivedType(typeof(EraseEdit), "erase")]
[JsonDerivedType(typeof(PolygonEdit), "polygon")]
[JsonDerivedType(typeof(DeleteEdit), "delete")]
[JsonDerivedType(typeof(MergeEdit), "merge")]
[JsonDerivedType(typeof(SplitEdit), "split")]
[JsonDerivedType(typeof(AboveEdit), "above")]
[JsonDerivedType(typeof(ClickEdit), "click")]
internal abstract record LabelEdit
{
    /// <summary>Everything that <see cref="Apply"/> may change.</summary>
    /// <exception cref="LabelEditException">The edit names a leaf that is not there, or a place outside the picture.</exception>
    public abstract PixelBox Extent(LabelMap map);

    /// <summary>Changes the map, inside <paramref name="extent"/> alone.</summary>
    /// <returns>The leaf to select afterwards; 0: none.</returns>
    /// <exception cref="LabelEditException">It cannot be done; the caller restores the extent.</exception>
    public abstract ushort Apply(LabelMap map, PixelBox extent);

    /// <summary>The labels of a row of the extent, of which 0 is the first.</summary>
    protected static Span<ushort> Row(LabelMap map, PixelBox extent, int y) => map.Labels.AsSpan(((extent.Y1 + y) * map.Width) + extent.X1, extent.Width);

    /// <summary>Gives a leaf the pixels of a mask.</summary>
    /// <param name="map">Changed.</param>
    /// <param name="extent">Where the mask lies.</param>
    /// <param name="mask">[H, W] of the extent, not 0 where it is painted.</param>
    /// <param name="leaf">0: a new leaf.</param>
    /// <param name="under">Background alone is painted.</param>
    /// <returns>The leaf.</returns>
    /// <exception cref="LabelEditException">There is no such leaf, or no number for a new one.</exception>
    protected static ushort Paint(LabelMap map, PixelBox extent, Mat mask, ushort leaf, bool under)
    {
        ushort label = leaf == 0 ? FreeLabel(map) : Find(map, leaf).Label;
        for (int y = 0; y < extent.Height; y++)
        {
            ReadOnlySpan<byte> drawn = mask.AsRowSpan(y);
            Span<ushort> labels = Row(map, extent, y);
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

    /// <exception cref="LabelEditException">There is no such leaf.</exception>
    protected static PixelSums Find(LabelMap map, ushort label)
    {
        PixelSums leaf = label == 0 ? default : PixelSums.OfEachLabel(map).FirstOrDefault(leaf => leaf.Label == label);
        return leaf.Area > 0 ? leaf : throw new LabelEditException($"There is no leaf {label} in this picture any more.");
    }

    /// <summary>The lowest number that no leaf has, so that 8 bits remain enough.</summary>
    protected static ushort FreeLabel(LabelMap map)
    {
        bool[] taken = new bool[ushort.MaxValue + 1];
        taken[0] = true;
        foreach (PixelSums leaf in PixelSums.OfEachLabel(map))
        {
            taken[leaf.Label] = true;
        }

        int free = Array.IndexOf(taken, false);
        return free > 0 ? (ushort)free : throw new LabelEditException($"The picture has {ushort.MaxValue} leaves; a label picture holds no more.");
    }
}
