using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Traits;

/// <summary>One of several plants in a label map.</summary>
/// <param name="FirstLabel">The label of its first leaf; the leaf's own number is 1.</param>
/// <param name="LastLabel">The label of its last leaf; one less than the first where it has none.</param>
/// <param name="Visible">The part of the picture in which its leaves were looked for: what touches its edge is cut.</param>
public readonly record struct PlantPlace(int FirstLabel, int LastLabel, PixelBox Visible)
{
    /// <summary>All that the map holds is one plant.</summary>
    public static PlantPlace Whole(LabelMap labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return new PlantPlace(1, ushort.MaxValue, new PixelBox(0, 0, labels.Width, labels.Height));
    }
}
