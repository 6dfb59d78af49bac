namespace LeafSeg.Common.Imaging;

/// <summary>
/// Resizes as OpenCV does, within one level of 255: linear between pixel centres when growing, the mean of the covered area when
/// shrinking. Slower; for a machine that does not have OpenCV's native library.
/// </summary>
internal static class Resampling
{
    /// <param name="source">[H, W, 3].</param>
    /// <param name="target">The result goes to its top left, [height, width, 3]; the rest stays.</param>
    /// <param name="width">Width of the result in pixels.</param>
    /// <param name="height">Height of the result in pixels.</param>
    /// <param name="mean">The mean of the covered area, in place of linear.</param>
    public static void Resize(RgbImage source, RgbImage target, int width, int height, bool mean)
    {
        (int Index, float Weight)[][] columns = Weights(source.Width, width, mean), rows = Weights(source.Height, height, mean);
        float[] narrow = new float[source.Height * width * 3];
        for (int y = 0; y < source.Height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                foreach ((int index, float weight) in columns[x])
                {
                    for (int c = 0; c < 3; c++)
                    {
                        narrow[(((y * width) + x) * 3) + c] += weight * source.Pixels[source.IndexOf(index, y) + c];
                    }
                }
            }
        }

        for (int y = 0; y < height; y++)
        {
            int to = target.IndexOf(0, y);
            for (int i = 0; i < width * 3; i++)
            {
                float sum = 0;
                foreach ((int index, float weight) in rows[y])
                {
                    sum += weight * narrow[(index * width * 3) + i];
                }

                target.Pixels[to + i] = (byte)Math.Clamp((int)MathF.Round(sum), 0, byte.MaxValue);
            }
        }
    }

    /// <summary>For each new pixel along one side, the old ones and their shares.</summary>
    private static (int Index, float Weight)[][] Weights(int from, int to, bool mean)
    {
        double step = from / (double)to;
        return [.. Enumerable.Range(0, to).Select(i => mean ? Covered(i * step, (i + 1) * step, from) : Between(((i + 0.5) * step) - 0.5, from))];
    }

    private static (int, float)[] Between(double at, int count)
    {
        int first = (int)Math.Floor(at);
        float share = (float)(at - first);
        return [(Math.Clamp(first, 0, count - 1), 1 - share), (Math.Clamp(first + 1, 0, count - 1), share)];
    }

    private static (int, float)[] Covered(double begin, double end, int count)
    {
        int first = (int)begin, last = Math.Min((int)Math.Ceiling(end), count);
        return [.. Enumerable.Range(first, last - first).Select(i => (i, (float)((Math.Min(end, i + 1) - Math.Max(begin, i)) / (end - begin))))];
    }
}
