using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Training;

/// <summary>
/// One of the eight ways to lay a square picture down (four quarter turns, mirrored or not): a rosette seen from
/// above has no preferred one. Exact: pixels move, none is resampled.
/// </summary>
internal readonly record struct Augmentation(bool MirrorX, bool MirrorY, bool Transpose)
{
    public static Augmentation Draw(Random random) =>
        new(random.Next(2) == 1, random.Next(2) == 1, random.Next(2) == 1);

    public (RgbImage Image, LabelMap Labels) Apply(RgbImage image, LabelMap labels)
    {
        int size = image.Width;
        RgbImage turnedImage = new(size, size);
        LabelMap turnedLabels = new(size, size);
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                (int fromX, int fromY) = Transpose ? (y, x) : (x, y);
                fromX = MirrorX ? size - 1 - fromX : fromX;
                fromY = MirrorY ? size - 1 - fromY : fromY;
                turnedLabels[x, y] = labels[fromX, fromY];
                image.Pixels.AsSpan(image.IndexOf(fromX, fromY), 3).CopyTo(turnedImage.Pixels.AsSpan(turnedImage.IndexOf(x, y), 3));
            }
        }

        return (turnedImage, turnedLabels);
    }
}
