using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>Sizes of a picture and of its leaves: what is left of it when its pixels are gone.</summary>
internal sealed record SurveyedPicture(string Name, int Width, int Height, IReadOnlyList<SurveyedPicture.Leaf> Leaves)
{
    public static SurveyedPicture Of(string name, LabelMap labels)
    {
        SortedDictionary<ushort, Leaf> leaves = [];
        for (int y = 0; y < labels.Height; y++)
        {
            for (int x = 0; x < labels.Width; x++)
            {
                ushort label = labels[x, y];
                if (label != 0)
                {
                    leaves[label] = leaves.TryGetValue(label, out Leaf leaf)
                        ? new Leaf(
                            label, leaf.Area + 1,
                            new PixelBox(Math.Min(leaf.Box.X1, x), leaf.Box.Y1, Math.Max(leaf.Box.X2, x + 1), y + 1))
                        : new Leaf(label, 1, new PixelBox(x, y, x + 1, y + 1));
                }
            }
        }

        return new SurveyedPicture(name, labels.Width, labels.Height, [.. leaves.Values]);
    }

    /// <summary>Boxes of its leaves in a network's square input.</summary>
    public IEnumerable<Box> BoxesAt(int inputSize)
    {
        Letterbox letterbox = Letterbox.Fit(Width, Height, inputSize);
        return Leaves.Select(leaf => letterbox.ToLetterbox(new Box(leaf.Box.X1, leaf.Box.Y1, leaf.Box.X2, leaf.Box.Y2)));
    }

    /// <summary>One leaf: its label in the picture, its pixels, and the box round them.</summary>
    internal readonly record struct Leaf(ushort Label, int Area, PixelBox Box);
}
