using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Augmentation;

namespace LeafSeg.ModelTraining.Tests.Augmentation;

public class DihedralTransformTests
{
    [Fact]
    public void Picture_and_labels_move_together_and_no_pixel_is_lost()
    {
        // Every pixel says where it was: red is x, green is y, the label is both.
        RgbImage image = new(7, 5);
        LabelMap labels = new(7, 5);
        for (int y = 0; y < 5; y++)
        {
            for (int x = 0; x < 7; x++)
            {
                image.Pixels[image.IndexOf(x, y)] = (byte)x;
                image.Pixels[image.IndexOf(x, y) + 1] = (byte)y;
                labels[x, y] = (ushort)((y * 7) + x);
            }
        }

        HashSet<string> distinct = [];
        foreach (int way in Enumerable.Range(0, 8))
        {
            DihedralTransform turn = new((way & 1) != 0, (way & 2) != 0, (way & 4) != 0);
            (RgbImage turned, LabelMap turnedLabels) = turn.Apply(image, labels);

            Assert.Equal(turn.Transpose ? (5, 7) : (7, 5), (turned.Width, turned.Height));
            Assert.Equal(35, turnedLabels.Labels.Distinct().Count());
            for (int i = 0; i < 35; i++)
            {
                Assert.Equal(turnedLabels.Labels[i], (turned.Pixels[(i * 3) + 1] * 7) + turned.Pixels[i * 3]);
            }

            distinct.Add($"{turned.Width} {string.Join(',', turnedLabels.Labels)}");
        }

        Assert.Equal(8, distinct.Count);
    }
}
