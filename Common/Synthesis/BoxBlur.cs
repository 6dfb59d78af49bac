namespace LeafSeg.Common.Synthesis;

/// <summary>Means over a square window with running sums; the picture's edge is repeated.</summary>
internal static class BoxBlur
{
    /// <summary>Blurs [height * width] values in place over 2 * radius + 1 pixels each way.</summary>
    public static void Apply(float[] values, int width, int height, int radius)
    {
        float share = 1f / ((2 * radius) + 1);
        float[] line = new float[Math.Max(width, height)];
        for (int y = 0; y < height; y++)
        {
            Span<float> row = values.AsSpan(y * width, width);
            row.CopyTo(line);
            float sum = line[0] * (radius + 1);
            for (int i = 1; i <= radius; i++)
            {
                sum += line[Math.Min(i, width - 1)];
            }

            for (int x = 0; x < width; x++)
            {
                row[x] = sum * share;
                sum += line[Math.Min(x + radius + 1, width - 1)] - line[Math.Max(x - radius, 0)];
            }
        }

        // Down the columns a whole row of sums at a time, so that memory is read in order.
        float[] sums = new float[width];
        float[] copy = values.AsSpan(0, width * height).ToArray();
        for (int i = -radius; i <= radius; i++)
        {
            Add(sums, copy.AsSpan(Math.Clamp(i, 0, height - 1) * width, width));
        }

        for (int y = 0; y < height; y++)
        {
            Span<float> row = values.AsSpan(y * width, width);
            ReadOnlySpan<float> entering = copy.AsSpan(Math.Min(y + radius + 1, height - 1) * width, width);
            ReadOnlySpan<float> leaving = copy.AsSpan(Math.Max(y - radius, 0) * width, width);
            for (int x = 0; x < width; x++)
            {
                row[x] = sums[x] * share;
                sums[x] += entering[x] - leaving[x];
            }
        }
    }

    private static void Add(float[] sums, ReadOnlySpan<float> row)
    {
        for (int x = 0; x < sums.Length; x++)
        {
            sums[x] += row[x];
        }
    }
}
