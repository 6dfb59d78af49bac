using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tracking;
using LeafSeg.ModelTraining.Tracking.Scores;

namespace LeafSeg.Benchmarks.Tracking;

/// <summary>A leaf is that leaf of the picture before with which its mask overlaps most: Hungarian assignment over IoU, nothing else.</summary>
internal sealed class PlainIou
{
    private const double Least = .1;

    private LabelMap? before;
    private Dictionary<int, int> idOf = [];
    private int next = 1;

    public IdentifiedPicture Observe(LapsePicture picture)
    {
        int[] leaves = [.. picture.Traits.Leaves.Select(leaf => leaf.Leaf)];
        int?[] ids = new int?[leaves.Length];
        if (before is { } last && last.Width == picture.Found.Width && last.Height == picture.Found.Height && leaves.Length > 0 && idOf.Count > 0)
        {
            int[] old = [.. idOf.Keys];
            double[,] cost = new double[old.Length, leaves.Length];
            for (int i = 0; i < old.Length; i++)
            {
                for (int j = 0; j < leaves.Length; j++)
                {
                    cost[i, j] = -Iou(last, old[i], picture.Found, leaves[j]);
                }
            }

            int[] leafOf = Assignment.Solve(cost);
            for (int i = 0; i < old.Length; i++)
            {
                if (leafOf[i] >= 0 && cost[i, leafOf[i]] <= -Least)
                {
                    ids[leafOf[i]] = idOf[old[i]];
                }
            }
        }

        for (int j = 0; j < ids.Length; j++)
        {
            ids[j] ??= next++;
        }

        before = picture.Found;
        idOf = leaves.Zip(ids).ToDictionary(pair => pair.First, pair => pair.Second!.Value);
        return new IdentifiedPicture(ids, ids.Length);
    }

    private static double Iou(LabelMap one, int leaf, LabelMap other, int otherLeaf)
    {
        (int both, int either) = (0, 0);
        for (int i = 0; i < one.Labels.Length; i++)
        {
            (bool a, bool b) = (one.Labels[i] == leaf, other.Labels[i] == otherLeaf);
            both += a && b ? 1 : 0;
            either += a || b ? 1 : 0;
        }

        return either == 0 ? 0 : both / (double)either;
    }
}
