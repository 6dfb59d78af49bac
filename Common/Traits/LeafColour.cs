using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Traits;

/// <summary>The colour of a leaf: of the mean of its pixels, as the picture has it.</summary>
/// <param name="HueDeg">Hue, 0 to 360 degrees (red 0, green 120); null where the mean is grey.</param>
/// <param name="Greenness">Green chromatic coordinate G / (R + G + B), 0..1 (Woebbecke et al. 1995); null where the mean is black.</param>
public readonly record struct LeafColour(double? HueDeg, double? Greenness)
{
    /// <summary>The colour of every label.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="labels">Of the same size.</param>
    /// <returns>One for each label from 0 to the highest; without pixels both are null.</returns>
    public static LeafColour[] MeasureEach(RgbImage picture, LabelMap labels)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(labels);
        if (picture.Width != labels.Width || picture.Height != labels.Height)
        {
            throw new ArgumentException($"The labels are {labels.Width}x{labels.Height}, expected the picture's {picture.Width}x{picture.Height}.", nameof(labels));
        }

        (long R, long G, long B)[] sums = new (long, long, long)[labels.Labels.Length == 0 ? 1 : labels.Labels.Max() + 1];
        ReadOnlySpan<ushort> left = labels.Labels;
        int at = 0;
        while (left[at..].IndexOfAnyExcept((ushort)0) is >= 0 and var gap)
        {
            for (at += gap; at < left.Length && left[at] != 0; at++)
            {
                ref (long R, long G, long B) sum = ref sums[left[at]];
                sum.R += picture.Pixels[3 * at];
                sum.G += picture.Pixels[(3 * at) + 1];
                sum.B += picture.Pixels[(3 * at) + 2];
            }
        }

        return [.. sums.Select(sum => Of(sum.R, sum.G, sum.B))];
    }

    private static LeafColour Of(double r, double g, double b)
    {
        double most = Math.Max(r, Math.Max(g, b)), chroma = most - Math.Min(r, Math.Min(g, b));
        if (most == 0)
        {
            return default;
        }

        double greenness = g / (r + g + b);
        if (chroma == 0)
        {
            return new LeafColour(null, greenness);
        }

        double sixth = most == r ? (g - b) / chroma : most == g ? 2 + ((b - r) / chroma) : 4 + ((r - g) / chroma);
        return new LeafColour(((60 * sixth) + 360) % 360, greenness);
    }
}
