namespace LeafSeg.Common.Imaging;

/// <summary>
/// Resizes as OpenCV does, within one level of 255, for a machine that does not have its native library; slower. Growing follows OpenCV's fixed-point
/// arithmetic, since the areas that a model in 8-bit integers sees move by some per cent where every other value is off by one.
/// </summary>
internal static class Resampling
{
    private const int Channels = 3;

    /// <summary>OpenCV's fixed-point weights of INTER_LINEAR (imgproc/src/resize.cpp): 11 bits, of which the second pass drops 4, 16 and 2 bits in turn.</summary>
    private const int One = 1 << 11;

    /// <param name="source">[H, W, 3].</param>
    /// <param name="target">The result goes to its top left, [height, width, 3]; the rest stays.</param>
    /// <param name="width">Width of the result in pixels.</param>
    /// <param name="height">Height of the result in pixels.</param>
    /// <param name="mean">The mean of the covered area, in place of linear between pixel centres.</param>
    public static void Resize(RgbImage source, RgbImage target, int width, int height, bool mean)
    {
        if (mean)
        {
            Shrink(source, target, width, height);
        }
        else
        {
            Grow(source, target, width, height);
        }
    }

    private static void Grow(RgbImage source, RgbImage target, int width, int height)
    {
        (int First, int Second, int Weight)[] columns = Neighbours(source.Width, width), rows = Neighbours(source.Height, height);
        int stride = width * Channels;
        int[] wide = new int[source.Height * stride];
        for (int y = 0; y < source.Height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int first, int second, int weight) = columns[x];
                for (int c = 0; c < Channels; c++)
                {
                    wide[(y * stride) + (x * Channels) + c] =
                        ((One - weight) * source.Pixels[source.IndexOf(first, y) + c]) + (weight * source.Pixels[source.IndexOf(second, y) + c]);
                }
            }
        }

        for (int y = 0; y < height; y++)
        {
            (int first, int second, int weight) = rows[y];
            int to = target.IndexOf(0, y);
            for (int i = 0; i < stride; i++)
            {
                int upper = ((One - weight) * (wide[(first * stride) + i] >> 4)) >> 16, lower = (weight * (wide[(second * stride) + i] >> 4)) >> 16;
                target.Pixels[to + i] = (byte)((upper + lower + 2) >> 2);
            }
        }
    }

    /// <summary>For each new pixel along one side, the two old ones around its centre and the second one's weight.</summary>
    private static (int First, int Second, int Weight)[] Neighbours(int from, int to)
    {
        double step = 1 / (to / (double)from);
        return [.. Enumerable.Range(0, to).Select(i =>
        {
            float at = (float)(((i + 0.5) * step) - 0.5);
            int first = (int)MathF.Floor(at);
            return first < 0 ? (0, 0, 0)
                : first >= from - 1 ? (from - 1, from - 1, 0)
                : (first, first + 1, (int)MathF.Round((at - first) * One));
        })];
    }

    private static void Shrink(RgbImage source, RgbImage target, int width, int height)
    {
        (int Index, float Weight)[][] columns = Covered(source.Width, width), rows = Covered(source.Height, height);
        int stride = width * Channels;
        float[] narrow = new float[source.Height * stride];
        for (int y = 0; y < source.Height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                foreach ((int index, float weight) in columns[x])
                {
                    for (int c = 0; c < Channels; c++)
                    {
                        narrow[(y * stride) + (x * Channels) + c] += weight * source.Pixels[source.IndexOf(index, y) + c];
                    }
                }
            }
        }

        for (int y = 0; y < height; y++)
        {
            int to = target.IndexOf(0, y);
            for (int i = 0; i < stride; i++)
            {
                float sum = 0;
                foreach ((int index, float weight) in rows[y])
                {
                    sum += weight * narrow[(index * stride) + i];
                }

                target.Pixels[to + i] = (byte)Math.Clamp((int)MathF.Round(sum), 0, byte.MaxValue);
            }
        }
    }

    /// <summary>For each new pixel along one side, the old ones that it covers and their shares of it.</summary>
    private static (int Index, float Weight)[][] Covered(int from, int to)
    {
        double step = from / (double)to;
        return [.. Enumerable.Range(0, to).Select(pixel =>
        {
            double begin = pixel * step, end = (pixel + 1) * step;
            int first = (int)begin, last = Math.Min((int)Math.Ceiling(end), from);
            return Enumerable.Range(first, last - first).Select(i => (i, (float)((Math.Min(end, i + 1) - Math.Max(begin, i)) / step))).ToArray();
        })];
    }
}
