using System.Text.Json.Serialization;
using LeafSeg.Common.Imaging;

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

    /// <exception cref="LabelEditException">There is no such leaf.</exception>
    protected static PixelSums Find(LabelMap map, ushort label)
    {
        PixelSums leaf = label == 0 ? default : PixelSums.OfEachLabel(map).FirstOrDefault(leaf => leaf.Label == label);
        return leaf.Area > 0 ? leaf : throw new LabelEditException($"There is no leaf {label} in this picture any more.");
    }

    /// <summary>The lowest number that no leaf has, so that 8 bits go on being enough.</summary>
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
