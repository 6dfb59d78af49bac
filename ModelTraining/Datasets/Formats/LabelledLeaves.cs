using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>What a label map gives away about how it was made.</summary>
internal static class LabelledLeaves
{
    /// <summary>Checks that leaves are labelled individually.</summary>
    /// <exception cref="DatasetException">All leaves have one value: a mask of the foreground.</exception>
    public static void Check(LabelMap labels, string name, string file, ICollection<Finding> findings)
    {
        IReadOnlyList<SurveyedPicture.Leaf> leaves = SurveyedPicture.Of(name, labels).Leaves;
        SurveyedPicture.Leaf[] far = [.. leaves.Where(leaf => IsSparse(leaf) && Pieces.AreFarApart(labels, leaf.Label, leaf.Box, leaf.Area))];
        if (far.Length == 0)
        {
            return;
        }

        if (leaves.Count == 1)
        {
            throw new DatasetException(
                $"{file}: one value for pieces that lie far apart and no other value: a mask of the foreground, without individual leaves; "
                + "expected another colour or number for each leaf: export instances instead of a binary mask",
                FindingKind.ForegroundOnly);
        }

        findings.Add(new Finding(
            FindingKind.ColourTwice, name, $"{string.Join(", ", far.Take(5).Select(leaf => $"leaf {leaf.Label} within {leaf.Box.X1},{leaf.Box.Y1} to {leaf.Box.X2},{leaf.Box.Y2}"))}", far.Length));
    }

    /// <summary>A leaf in one piece fills a good part of its box; looking at pieces is dear.</summary>
    private static bool IsSparse(SurveyedPicture.Leaf leaf) => leaf.Area < .5 * leaf.Box.Width * leaf.Box.Height;
}
