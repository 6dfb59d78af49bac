using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;

namespace LeafSeg.ModelTraining.Augmentation;

/// <summary>
/// Makes a training picture in the network's input from one of the data set. Which leaf a pixel belongs to stays true
/// throughout: what is pasted hides what lies under it, what is cut off is gone from the truth.
/// </summary>
internal sealed class Augmenter(AugmentationSettings settings, int inputSize, int minimumLeafArea)
{
    /// <param name="picture">The picture to vary.</param>
    /// <param name="another">Reads any other picture of the data set.</param>
    /// <param name="random">Everything is drawn from it.</param>
    public (RgbImage Input, Truth Truth) Vary(LeafPicture picture, Func<Random, LeafPicture> another, Random random)
    {
        (RgbImage image, LabelMap labels) = Turn(random).Apply(picture.Image, picture.TaughtLabels());
        if (random.NextDouble() < settings.PasteShare)
        {
            LeafPicture giver = another(random);
            (RgbImage giverImage, LabelMap giverLabels) = Turn(random).Apply(giver.Image, giver.TaughtLabels());
            CopyPaste.Apply(image, labels, giverImage, giverLabels, settings.MaxPastedLeaves, random);
        }

        (RgbImage input, Truth truth) = random.NextDouble() < settings.WarpShare
            ? Warped(image, labels, random)
            : Fitted(image, labels);
        PhotometricAugmentation.Apply(input, settings, random);
        return (input, truth);
    }

    private DihedralTransform Turn(Random random) => settings.QuarterTurns ? DihedralTransform.Draw(random) : default;

    private (RgbImage Input, Truth Truth) Fitted(RgbImage image, LabelMap labels)
    {
        Letterbox letterbox = Letterbox.Fit(image.Width, image.Height, inputSize);
        return (letterbox.Apply(image), Truth.From(labels, letterbox, minimumLeafArea));
    }

    private (RgbImage Input, Truth Truth) Warped(RgbImage image, LabelMap labels, Random random)
    {
        Warp warp = Warp.Draw(image.Width, image.Height, inputSize, settings.MinScale, settings.MaxScale, random);
        LabelMap turned = warp.Apply(labels);
        return (warp.Apply(image), Truth.From(turned, Letterbox.Fit(inputSize, inputSize, inputSize), minimumLeafArea));
    }
}
