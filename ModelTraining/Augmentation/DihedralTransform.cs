using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Augmentation;

/// <summary>
/// One of the eight ways to lay a picture down (four quarter turns, mirrored or not): a rosette seen from above has
/// no preferred one. Exact: pixels move, none is resampled.
/// </summary>
internal readonly record struct DihedralTransform(bool MirrorX, bool MirrorY, bool Transpose)
{
    public static DihedralTransform Draw(Random random) =>
        new(random.Next(2) == 1, random.Next(2) == 1, random.Next(2) == 1);

    public (RgbImage Image, LabelMap Labels) Apply(RgbImage image, LabelMap labels)
    {
        (int width, int height) = Transpose ? (image.Height, image.Width) : (image.Width, image.Height);
        RgbImage turnedImage = new(width, height);
        LabelMap turnedLabels = new(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int fromX, int fromY) = Transpose ? (y, x) : (x, y);
                fromX = MirrorX ? image.Width - 1 - fromX : fromX;
                fromY = MirrorY ? image.Height - 1 - fromY : fromY;
                turnedLabels[x, y] = labels[fromX, fromY];
                image.Pixels.AsSpan(image.IndexOf(fromX, fromY), 3).CopyTo(turnedImage.Pixels.AsSpan(turnedImage.IndexOf(x, y), 3));
            }
        }

        return (turnedImage, turnedLabels);
    }
}
