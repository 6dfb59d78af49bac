using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Augmentation;

/// <summary>
/// What the mask head should answer for a box: how much of each of its M x M cells the leaf covers. Sampled
/// bilinearly at pixel centres (RoIAlign, aligned=True), which is the exact reverse of pasting a mask.
/// </summary>
internal static class MaskTarget
{
    /// <summary>Writes [size * size] shares, row by row, of the leaf <paramref name="label"/> inside <paramref name="box"/>.</summary>
    public static void Write(LabelMap labels, ushort label, Box box, int size, Span<float> target)
    {
        float stepX = box.Width / size;
        float stepY = box.Height / size;
        int samplesX = Math.Max(1, (int)MathF.Ceiling(stepX));
        int samplesY = Math.Max(1, (int)MathF.Ceiling(stepY));
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                float sum = 0;
                for (int sy = 0; sy < samplesY; sy++)
                {
                    float y = box.Y1 + ((row + ((sy + 0.5f) / samplesY)) * stepY);
                    for (int sx = 0; sx < samplesX; sx++)
                    {
                        float x = box.X1 + ((column + ((sx + 0.5f) / samplesX)) * stepX);
                        sum += ShareAt(labels, label, x, y);
                    }
                }

                target[(row * size) + column] = sum / (samplesX * samplesY);
            }
        }
    }

    private static float ShareAt(LabelMap labels, ushort label, float x, float y)
    {
        x = Math.Clamp(x - 0.5f, 0, labels.Width - 1);
        y = Math.Clamp(y - 0.5f, 0, labels.Height - 1);
        int left = (int)x;
        int top = (int)y;
        int right = Math.Min(left + 1, labels.Width - 1);
        int bottom = Math.Min(top + 1, labels.Height - 1);
        float fx = x - left;
        float fy = y - top;
        float upper = (labels[left, top] == label ? 1 - fx : 0) + (labels[right, top] == label ? fx : 0);
        float lower = (labels[left, bottom] == label ? 1 - fx : 0) + (labels[right, bottom] == label ? fx : 0);
        return ((1 - fy) * upper) + (fy * lower);
    }
}
