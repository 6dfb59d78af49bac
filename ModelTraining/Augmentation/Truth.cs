using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;

namespace LeafSeg.ModelTraining.Augmentation;

/// <summary>
/// The true leaves of one picture. Boxes are in the network's input; the labels stay in the picture's own resolution
/// and are never resized, because to a leaf of a hundred pixels a border that jumps to the next pixel costs points.
/// </summary>
internal sealed class Truth
{
    private Truth(LabelMap labels, Letterbox letterbox, ushort[] leafLabels, Box[] boxes, Box[] ignored)
    {
        Labels = labels;
        Letterbox = letterbox;
        LeafLabels = leafLabels;
        Boxes = boxes;
        Ignored = ignored;
    }

    /// <summary>In the picture's own resolution.</summary>
    public LabelMap Labels { get; }

    /// <summary>From the picture to the network's input.</summary>
    public Letterbox Letterbox { get; }

    /// <summary>The label of each leaf in <see cref="Labels"/>.</summary>
    public ushort[] LeafLabels { get; }

    /// <summary>Around the visible pixels of each leaf, in the network's input.</summary>
    public Box[] Boxes { get; }

    /// <summary>Around what is neither a leaf to find nor ground, in the network's input: leaves too small to be taught, and what the data set says.</summary>
    public Box[] Ignored { get; }

    /// <summary>The leaves of a label map.</summary>
    /// <param name="labels">In the picture's own resolution; from <see cref="LeafPicture.FirstIgnored"/> on they are regions to ignore.</param>
    /// <param name="letterbox">From the picture to the network's input.</param>
    /// <param name="minimumArea">Leaves that cover less in the network's input, in square pixels, are ignored.</param>
    public static Truth From(LabelMap labels, Letterbox letterbox, double minimumArea = 0)
    {
        SortedDictionary<ushort, (int X1, int Y1, int X2, int Y2, int Area)> extents = [];
        for (int y = 0; y < labels.Height; y++)
        {
            for (int x = 0; x < labels.Width; x++)
            {
                ushort label = labels[x, y];
                if (label != 0)
                {
                    extents[label] = extents.TryGetValue(label, out var e)
                        ? (Math.Min(e.X1, x), e.Y1, Math.Max(e.X2, x + 1), y + 1, e.Area + 1)
                        : (x, y, x + 1, y + 1, 1);
                }
            }
        }

        double scale = letterbox.ScaleX * letterbox.ScaleY;
        ILookup<bool, ushort> taught = extents.ToLookup(
            pair => pair.Key < LeafPicture.FirstIgnored && pair.Value.Area * scale >= minimumArea, pair => pair.Key);
        return new Truth(labels, letterbox, [.. taught[true]], Around(taught[true]), Around(taught[false]));

        Box[] Around(IEnumerable<ushort> regions) =>
            [.. regions.Select(label => extents[label]).Select(e => letterbox.ToLetterbox(new Box(e.X1, e.Y1, e.X2, e.Y2)))];
    }

    /// <summary>What the mask head should answer for a box in the network's input: see <see cref="MaskTarget"/>.</summary>
    public void WriteMask(int leaf, Box box, int size, Span<float> target) =>
        MaskTarget.Write(Labels, LeafLabels[leaf], Letterbox.ToSource(box), size, target);
}
