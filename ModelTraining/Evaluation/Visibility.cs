using System.Globalization;
using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>What is lost where a large picture is made small for the network.</summary>
internal static class Visibility
{
    /// <summary>Width of the smallest leaf that a network can find, in its own pixels: that of its smallest anchors, about.</summary>
    private const double SmallestLeaf = 8;

    /// <summary>From here on it is worth a word.</summary>
    private const double Shrinking = 2;

    /// <returns>Null where the picture is not made much smaller.</returns>
    public static string? Of(RgbImage picture, int inputSize)
    {
        double times = Math.Max(picture.Width, picture.Height) / (double)inputSize;
        return times < Shrinking ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{picture.Width}x{picture.Height} made {times:0.0} times smaller for the network's {inputSize} px: leaves below {SmallestLeaf * times:0} px are not seen");
    }
}
