using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Metrics;

/// <summary>Regions of a picture that are neither leaf nor ground, as COCO's crowds: what is found there is neither right nor wrong.</summary>
public static class IgnoredRegions
{
    /// <summary>A leaf with this share of its pixels in a region is not counted.</summary>
    private const double Most = .5;

    /// <summary>What was found, without leaves that lie mostly in a region, and without the pixels of others that do.</summary>
    /// <param name="found">Left as it is.</param>
    /// <param name="truth">A true leaf in a region is one nevertheless.</param>
    /// <param name="ignored">The regions; null: none.</param>
    /// <exception cref="ArgumentException">The maps differ in size.</exception>
    public static LabelMap Without(LabelMap found, LabelMap truth, LabelMap? ignored)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(truth);
        if (ignored is null)
        {
            return found;
        }

        if (ignored.Labels.Length != found.Labels.Length || truth.Labels.Length != found.Labels.Length)
        {
            throw new ArgumentException(
                $"Found leaves of {found.Width}x{found.Height}, true ones of {truth.Width}x{truth.Height}, regions of {ignored.Width}x{ignored.Height}; they must be of one size.",
                nameof(ignored));
        }

        int[] all = new int[ushort.MaxValue + 1], inside = new int[ushort.MaxValue + 1];
        for (int i = 0; i < found.Labels.Length; i++)
        {
            all[found.Labels[i]]++;
            inside[found.Labels[i]] += IsIgnored(i) ? 1 : 0;
        }

        ushort[] left = [.. found.Labels.Select((label, i) => IsIgnored(i) || inside[label] >= Most * all[label] ? (ushort)0 : label)];
        return new LabelMap(found.Width, found.Height, left);

        bool IsIgnored(int i) => ignored.Labels[i] != 0 && truth.Labels[i] == 0;
    }
}
