using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Export;

/// <summary>Whether an exported file answers as the network that it was written from.</summary>
internal static class ExportCheck
{
    public const int PictureCount = 20;

    // Float32 carries 24 bits: weights moved by this share are moved in their last bits, as another order of summing does.
    private const double LastBits = 2e-7;

    private const int Nudges = 16;

    /// <summary>Twenty rendered pictures, squares and parts of them, so that inputs have several shapes; the first shows no plant.</summary>
    public static IEnumerable<RgbImage> Pictures(int inputSize) => Enumerable.Range(0, PictureCount).Select(number =>
    {
        RgbImage square = RosetteRenderer.Render(new RosetteSettings { Size = inputSize, NoPlantShare = number == 0 ? 1 : 0 }, (ulong)number).Image;
        int part = inputSize * (8 - (number % 4)) / 8;
        return square.Crop(number % 8 < 4 ? new PixelBox(0, 0, part, inputSize) : new PixelBox(0, 0, inputSize, part));
    });

    /// <summary>Lets both look at each picture.</summary>
    public static IEnumerable<CheckedPicture> Run(MaskRcnn network, LeafModel model, IEnumerable<RgbImage> pictures)
    {
        foreach (RgbImage picture in pictures)
        {
            IReadOnlyList<LeafInstance> answer = model.Find(picture);
            AnswerDifference difference = AnswerDifference.Between(NetworkLeaves.Find(network, picture), answer);
            bool tie = !difference.IsNone && IsTie(network, picture, answer);
            yield return new CheckedPicture(answer.Count, difference, tie);
        }
    }

    /// <summary>
    /// Where two scores or overlaps are all but equal, rounding decides which box stays. That it is rounding is shown, not
    /// assumed: the network gives the file's answer itself once its weights are nudged in their last bits.
    /// </summary>
    private static bool IsTie(MaskRcnn network, RgbImage picture, IReadOnlyList<LeafInstance> answer)
    {
        using DisposeScope disposing = NewDisposeScope();
        using IDisposable fixedWeights = no_grad();
        using MaskRcnn nudged = new(network.Settings);
        for (ulong seed = 1; seed <= Nudges; seed++)
        {
            using Generator random = new(seed);
            nudged.load_state_dict(network.state_dict());
            foreach (Parameter weight in nudged.parameters())
            {
                weight.mul_(1 + (randn(weight.shape, generator: random) * LastBits));
            }

            if (AnswerDifference.Between(NetworkLeaves.Find(nudged, picture), answer).IsNone)
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="Leaves">How many the file found.</param>
    /// <param name="Difference">From the network's own answer.</param>
    /// <param name="Tie">There is a difference, but rounding made it.</param>
    internal sealed record CheckedPicture(int Leaves, AnswerDifference Difference, bool Tie)
    {
        public bool Agrees => Difference.IsNone || Tie;
    }
}
