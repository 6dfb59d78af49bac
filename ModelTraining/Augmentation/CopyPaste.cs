using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;

namespace LeafSeg.ModelTraining.Augmentation;

/// <summary>
/// Lays leaves of one picture over another one: copy-paste with true occlusion. A pasted leaf takes the label of every
/// pixel that it hides.
/// </summary>
internal static class CopyPaste
{
    /// <summary>Changes <paramref name="image"/> and <paramref name="labels"/>; the giver's may be of another size.</summary>
    public static void Apply(RgbImage image, LabelMap labels, RgbImage giver, LabelMap giverLabels, int mostLeaves, Random random)
    {
        ushort[] leaves = [.. giverLabels.Areas().Select(leaf => leaf.Label).Where(label => label < LeafPicture.FirstIgnored)];
        random.Shuffle(leaves);
        ushort next = (ushort)(labels.Labels.Where(label => label < LeafPicture.FirstIgnored).DefaultIfEmpty().Max() + 1);
        foreach (ushort leaf in leaves.Take(random.Next(1, mostLeaves + 1)))
        {
            PixelBox extent = ExtentOf(giverLabels, leaf);
            (int x, int y) = PlaceOnPlant(labels, random);
            (int X, int Y) shift = (x - ((extent.X1 + extent.X2) / 2), y - ((extent.Y1 + extent.Y2) / 2));
            PasteLeaf(image, labels, giver, giverLabels, leaf, extent, shift, next++);
        }
    }

    /// <summary>A pixel of the plant, where leaves lie on leaves; anywhere where there is no plant.</summary>
    private static (int X, int Y) PlaceOnPlant(LabelMap labels, Random random)
    {
        (int X, int Y) place = default;
        for (int attempt = 0; attempt < 200; attempt++)
        {
            place = (random.Next(labels.Width), random.Next(labels.Height));
            if (labels[place.X, place.Y] != 0)
            {
                break;
            }
        }

        return place;
    }

    private static void PasteLeaf(
        RgbImage image, LabelMap labels, RgbImage giver, LabelMap giverLabels, ushort leaf, PixelBox extent, (int X, int Y) shift, ushort label)
    {
        for (int y = Math.Max(extent.Y1, -shift.Y); y < Math.Min(extent.Y2, image.Height - shift.Y); y++)
        {
            for (int x = Math.Max(extent.X1, -shift.X); x < Math.Min(extent.X2, image.Width - shift.X); x++)
            {
                if (giverLabels[x, y] == leaf)
                {
                    labels[x + shift.X, y + shift.Y] = label;
                    giver.Pixels.AsSpan(giver.IndexOf(x, y), 3).CopyTo(image.Pixels.AsSpan(image.IndexOf(x + shift.X, y + shift.Y), 3));
                }
            }
        }
    }

    private static PixelBox ExtentOf(LabelMap labels, ushort leaf)
    {
        (int x1, int y1, int x2, int y2) = (labels.Width, labels.Height, 0, 0);
        for (int y = 0; y < labels.Height; y++)
        {
            for (int x = 0; x < labels.Width; x++)
            {
                if (labels[x, y] == leaf)
                {
                    (x1, y1, x2, y2) = (Math.Min(x1, x), Math.Min(y1, y), Math.Max(x2, x + 1), y + 1);
                }
            }
        }

        return new PixelBox(x1, y1, x2, y2);
    }
}
