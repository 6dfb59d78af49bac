using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>What labels give away about how they were made: leaves that are not labelled individually.</summary>
internal static class LabelledLeaves
{
    /// <summary>Refuses a picture whose only mask has the outline of several leaves.</summary>
    /// <param name="labels">At least one leaf.</param>
    /// <param name="where">The file of the labels.</param>
    /// <exception cref="DatasetException">A mask of the foreground.</exception>
    public static void RequireIndividualLeaves(LabelMap labels, string where)
    {
        ReadOnlySpan<ushort> pixels = labels.Labels;
        ushort only = pixels[pixels.IndexOfAnyExcept((ushort)0)];
        if (pixels.IndexOfAnyExcept((ushort)0, only) >= 0)
        {
            return;
        }

        PixelSums leaf = PixelSums.OfEachLabel(labels).Single();
        string? several = Pieces.Separate(labels, only, leaf.Box, leaf.Area) is > 1 and int pieces ? $"{pieces} pieces that do not touch"
            : Pieces.Lobes(labels, only, leaf.Box) is >= Pieces.SeveralLobes and int lobes ? $"an outline of {lobes} blades"
            : null;
        if (several is not null)
        {
            throw new DatasetException(
                $"{where}: the picture's only mask has {several}: a mask of the foreground, without individual leaves; expected another "
                + "colour, number or annotation for each leaf: export instances instead of a binary mask (--one-leaf, if it is a single lobed leaf)",
                FindingKind.ForegroundOnly);
        }
    }

    /// <summary>Counts leaves in several pieces that no other leaf has cut apart.</summary>
    public static void CountSeparatePieces(LabelMap labels, string name, ICollection<Finding> findings)
    {
        PixelSums[] leaves =
        [
            .. PixelSums.OfEachLabel(labels).Where(leaf => Pieces.Separate(labels, leaf.Label, leaf.Box, leaf.Area) > 1),
        ];
        if (leaves.Length > 0)
        {
            string which = string.Join(", ", leaves.Take(5).Select(leaf => $"leaf {leaf.Label} within {leaf.Box.X1},{leaf.Box.Y1} to {leaf.Box.X2},{leaf.Box.Y2}"));
            findings.Add(new Finding(FindingKind.ColourTwice, name, which, leaves.Length));
        }
    }
}
