using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tracking;

/// <summary>One plant in one picture: what a <see cref="PlantTracker"/> follows from picture to picture.</summary>
public sealed class PlantSighting
{
    /// <summary>So many pixels stand for a leaf's mask: shares of overlap are then right to about 0.06.</summary>
    public const int PointsPerLeaf = 64;

    private readonly LabelMap labels;
    private readonly int firstLabel;
    private readonly int[] leafOfLabel;

    private PlantSighting(
        DateTimeOffset time, PlantTraits traits, LabelMap labels, int firstLabel, int[] leafOfLabel, IReadOnlyList<LeafSighting> leaves)
    {
        Time = time;
        AreaPx = traits.ProjectedLeafAreaPx;
        AreaMm2 = traits.ProjectedLeafAreaMm2;
        this.labels = labels;
        this.firstLabel = firstLabel;
        this.leafOfLabel = leafOfLabel;
        Leaves = leaves;
    }

    /// <summary>When the picture was taken, UTC.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Projected leaf area of the whole plant.</summary>
    public int AreaPx { get; }

    /// <summary>Null where the scale is not known.</summary>
    public double? AreaMm2 { get; }

    /// <summary>In the order of the traits; the tracker's result does not depend on it.</summary>
    public IReadOnlyList<LeafSighting> Leaves { get; }

    /// <param name="time">When the picture was taken.</param>
    /// <param name="labels">Of the whole picture; kept by reference.</param>
    /// <param name="place">Which labels are leaves of this plant.</param>
    /// <param name="traits">Measured on them.</param>
    /// <param name="scoreOf">The model's score of a leaf, by its number within the plant; null: 1 for all.</param>
    public static PlantSighting Of(DateTimeOffset time, LabelMap labels, PlantPlace place, PlantTraits traits, Func<int, double>? scoreOf = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(traits);
        int highest = traits.Leaves.Count == 0 ? 0 : traits.Leaves.Max(leaf => leaf.Leaf);
        int[] leafOfLabel = new int[highest + 1];
        Array.Fill(leafOfLabel, -1);
        for (int i = 0; i < traits.Leaves.Count; i++)
        {
            leafOfLabel[traits.Leaves[i].Leaf] = i;
        }

        return new PlantSighting(time, traits, labels, place.FirstLabel, leafOfLabel,
        [
            .. traits.Leaves.Select(leaf => new LeafSighting
            {
                Leaf = leaf.Leaf,
                Score = scoreOf?.Invoke(leaf.Leaf) ?? 1,
                AreaPx = leaf.AreaPx,
                Centroid = leaf.Centroid,
                InFrame = leaf.InFrame,
                Points = Sample(labels, (ushort)(leaf.Leaf + place.FirstLabel - 1), leaf),
            }),
        ]);
    }

    /// <summary>Which of <see cref="Leaves"/> has the pixel at a point; -1 for none of them.</summary>
    internal int LeafAt(PicturePoint point)
    {
        (int x, int y) = ((int)Math.Round(point.X), (int)Math.Round(point.Y));
        if (x < 0 || y < 0 || x >= labels.Width || y >= labels.Height)
        {
            return -1;
        }

        int leaf = labels[x, y] - firstLabel + 1;
        return leaf > 0 && leaf < leafOfLabel.Length ? leafOfLabel[leaf] : -1;
    }

    /// <summary>Every so many-th pixel, row by row, and not in columns: the step is no whole number.</summary>
    private static PicturePoint[] Sample(LabelMap labels, ushort label, LeafTraits leaf)
    {
        int count = Math.Min(PointsPerLeaf, leaf.AreaPx);
        PicturePoint[] points = new PicturePoint[count];
        (int taken, int passed) = (0, 0);
        for (int y = leaf.Box.Y1; y < leaf.Box.Y2 && taken < count; y++)
        {
            ReadOnlySpan<ushort> row = labels.Labels.AsSpan((y * labels.Width) + leaf.Box.X1, leaf.Box.Width);
            for (int x = 0; x < row.Length && taken < count; x++)
            {
                if (row[x] != label)
                {
                    continue;
                }

                if (passed++ >= ((taken + .5) * leaf.AreaPx / count) - .5)
                {
                    points[taken++] = new PicturePoint(leaf.Box.X1 + x, y);
                }
            }
        }

        return taken == count ? points : points[..taken];
    }
}
