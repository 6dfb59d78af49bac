using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Augmentation;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Tests.Augmentation;

public class AugmenterTests
{
    [Fact]
    public void A_warped_picture_and_its_labels_still_lie_on_each_other()
    {
        // The leaf is red, so the label has to be where red is.
        (RgbImage image, LabelMap labels) = RedEllipse(200, 140);
        Random random = new(3);
        for (int i = 0; i < 50; i++)
        {
            double scale = 0.5 + (3 * random.NextDouble());
            Warp warp = Warp.Of(200, 140, 256, scale, random.NextDouble() * 7, random.Next(-40, 40), random.Next(-40, 40), Scalar.All(0));
            RgbImage turned = warp.Apply(image);
            LabelMap turnedLabels = warp.Apply(labels);
            int wrong = 0;
            int right = 0;
            for (int p = 0; p < 256 * 256; p++)
            {
                bool red = turned.Pixels[p * 3] - turned.Pixels[(p * 3) + 1] > 120 && turned.Pixels[(p * 3) + 1] < 40;
                wrong += red && turnedLabels.Labels[p] != 1 ? 1 : 0;
                right += red && turnedLabels.Labels[p] == 1 ? 1 : 0;
            }

            Assert.True(wrong <= right * 0.02, $"warp {i}: {wrong} red pixels without a label, {right} with");
        }
    }

    [Fact]
    public void A_warp_that_only_fits_the_picture_into_the_frame_gives_what_the_letterbox_gives()
    {
        (RgbImage image, _) = RedEllipse(128, 128);
        Warp warp = Warp.Of(128, 128, 256, scale: 2, angle: 0, shiftX: 0, shiftY: 0, Scalar.All(0));
        RgbImage expected = Letterbox.Fit(128, 128, 256).Apply(image);
        RgbImage found = warp.Apply(image);
        // The outermost row and column blend with the fill.
        for (int y = 1; y < 255; y++)
        {
            for (int x = 1; x < 255; x++)
            {
                int i = found.IndexOf(x, y);
                Assert.InRange(found.Pixels[i] - expected.Pixels[i], -3, 3);
            }
        }
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 8)]
    public void A_picture_lies_as_it_was_taken_where_quarter_turns_are_switched_off(bool turns, int ways)
    {
        RgbImage image = new(64, 64);
        new Random(1).NextBytes(image.Pixels);
        LeafPicture picture = new("noise", image, new LabelMap(64, 64));
        Augmenter augmenter = new(AugmentationSettings.None with { QuarterTurns = turns }, 64, 1);

        string[] seen = [.. Enumerable.Range(0, 100).Select(seed => Convert.ToHexString(augmenter.Vary(picture, _ => picture, new Random(seed)).Input.Pixels))];

        Assert.Equal(ways, seen.Distinct().Count());
        Assert.Contains(Convert.ToHexString(image.Pixels), seen);
    }

    [Fact]
    public void A_pasted_leaf_hides_what_is_under_it_in_picture_and_truth()
    {
        (RgbImage image, LabelMap labels) = RedEllipse(120, 120);
        RgbImage giver = new(60, 60);
        LabelMap giverLabels = new(60, 60);
        for (int y = 20; y < 40; y++)
        {
            for (int x = 20; x < 40; x++)
            {
                giverLabels[x, y] = 9;
                giver.Pixels[giver.IndexOf(x, y) + 2] = 255;
            }
        }

        for (int seed = 0; seed < 20; seed++)
        {
            RgbImage pasted = new(120, 120, [.. image.Pixels]);
            LabelMap pastedLabels = new(120, 120, [.. labels.Labels]);
            CopyPaste.Apply(pasted, pastedLabels, giver, giverLabels, 3, new Random(seed));
            int blue = 0;
            for (int p = 0; p < 120 * 120; p++)
            {
                bool isBlue = pasted.Pixels[(p * 3) + 2] == 255;
                Assert.Equal(isBlue ? 2 : labels.Labels[p], pastedLabels.Labels[p]);
                blue += isBlue ? 1 : 0;
            }

            Assert.InRange(blue, 100, 400);
        }
    }

    [Fact]
    public void A_picture_varies_with_the_random_numbers_and_with_nothing_else()
    {
        Rendering rendering = RosetteRenderer.Render(new RosetteSettings { Size = 128, NoPlantShare = 0 }, 4);
        LeafPicture picture = new("p", rendering.Image, rendering.Labels);
        AugmentationSettings all = new() { WarpShare = 1, PasteShare = 1, ColourShare = 1, BlurShare = 1, NoiseShare = 1 };
        Augmenter augmenter = new(all, 128, 4);

        (RgbImage first, Truth firstTruth) = augmenter.Vary(picture, _ => picture, new Random(1));
        (RgbImage again, Truth againTruth) = augmenter.Vary(picture, _ => picture, new Random(1));
        (RgbImage other, _) = augmenter.Vary(picture, _ => picture, new Random(2));

        Assert.Equal(first.Pixels, again.Pixels);
        Assert.Equal(firstTruth.Boxes, againTruth.Boxes);
        Assert.NotEqual(first.Pixels, other.Pixels);
        Assert.Equal(rendering.Image.Pixels, picture.Image.Pixels);
    }

    [Fact]
    public void Switched_off_only_quarter_turns_remain()
    {
        Rendering rendering = RosetteRenderer.Render(new RosetteSettings { Size = 128, NoPlantShare = 0 }, 4);
        LeafPicture picture = new("p", rendering.Image, rendering.Labels);
        Augmenter augmenter = new(AugmentationSettings.None, 128, 1);
        (RgbImage varied, Truth truth) = augmenter.Vary(picture, _ => throw new InvalidOperationException(), new Random(1));
        Assert.Equal(rendering.Image.Pixels.Order(), varied.Pixels.Order());
        Assert.Equal(rendering.LeafCount, truth.Boxes.Length);
    }

    [Fact]
    public void A_setting_out_of_its_range_is_named()
    {
        SettingsException wrong = Assert.Throws<SettingsException>(() => new AugmentationSettings { PasteShare = 1.5 }.Validate());
        Assert.StartsWith("Augmentation:PasteShare is 1.5, expected 0 to 1", wrong.Message, StringComparison.Ordinal);
    }

    private static (RgbImage Image, LabelMap Labels) RedEllipse(int width, int height)
    {
        RgbImage image = new(width, height);
        LabelMap labels = new(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double dx = (x - (width * 0.45)) / (width * 0.2);
                double dy = (y - (height * 0.55)) / (height * 0.3);
                if ((dx * dx) + (dy * dy) < 1)
                {
                    labels[x, y] = 1;
                    image.Pixels[image.IndexOf(x, y)] = 255;
                }
            }
        }

        return (image, labels);
    }
}
