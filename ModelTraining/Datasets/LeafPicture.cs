using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>A picture and its true leaves, of one size.</summary>
internal sealed record LeafPicture(string Name, RgbImage Image, LabelMap Labels)
{
    /// <summary>Labels of <see cref="TaughtLabels"/> from here on are regions that nothing is taught about.</summary>
    public const ushort FirstIgnored = 0xF000;

    /// <summary>What was odd about its files and was converted, dropped or kept.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Regions that are neither a leaf to find nor ground, each with a label of its own; null where there are none.</summary>
    public LabelMap? Ignored { get; init; }

    /// <summary>The picture, with what is ignored in pale grey.</summary>
    public RgbImage WithIgnoredShaded()
    {
        if (Ignored is null)
        {
            return Image;
        }

        RgbImage shaded = new(Image.Width, Image.Height, [.. Image.Pixels]);
        for (int i = 0; i < Ignored.Labels.Length; i++)
        {
            if (Ignored.Labels[i] != 0 && Labels.Labels[i] == 0)
            {
                Span<byte> pixel = shaded.Pixels.AsSpan(i * 3, 3);
                pixel.Fill((byte)((pixel[0] + pixel[1] + pixel[2] + (3 * 200)) / 6));
            }
        }

        return shaded;
    }

    /// <summary>The leaves, and from <see cref="FirstIgnored"/> on what is to be ignored.</summary>
    public LabelMap TaughtLabels()
    {
        if (Ignored is null)
        {
            return Labels;
        }

        ushort[] labels = [.. Labels.Labels.Zip(Ignored.Labels, (leaf, ignored) =>
            leaf != 0 || ignored == 0 ? leaf : (ushort)Math.Min(FirstIgnored + ignored, ushort.MaxValue))];
        return new LabelMap(Labels.Width, Labels.Height, labels);
    }
}
