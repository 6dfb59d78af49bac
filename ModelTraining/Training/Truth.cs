using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Training;

/// <summary>The true leaves of one picture in the network's input: a box for each label of the map.</summary>
internal sealed class Truth
{
    private Truth(LabelMap labels, Box[] boxes, ushort[] leafLabels)
    {
        Labels = labels;
        Boxes = boxes;
        LeafLabels = leafLabels;
    }

    public LabelMap Labels { get; }

    /// <summary>Around the visible pixels of each leaf, continuous coordinates.</summary>
    public Box[] Boxes { get; }

    /// <summary>The label of each box in <see cref="Labels"/>.</summary>
    public ushort[] LeafLabels { get; }

    public static Truth From(LabelMap labels)
    {
        SortedDictionary<ushort, (int X1, int Y1, int X2, int Y2)> extents = [];
        for (int y = 0; y < labels.Height; y++)
        {
            for (int x = 0; x < labels.Width; x++)
            {
                ushort label = labels[x, y];
                if (label != 0)
                {
                    extents[label] = extents.TryGetValue(label, out var e)
                        ? (Math.Min(e.X1, x), e.Y1, Math.Max(e.X2, x + 1), y + 1)
                        : (x, y, x + 1, y + 1);
                }
            }
        }

        Box[] boxes = [.. extents.Values.Select(e => new Box(e.X1, e.Y1, e.X2, e.Y2))];
        return new Truth(labels, boxes, [.. extents.Keys]);
    }
}
