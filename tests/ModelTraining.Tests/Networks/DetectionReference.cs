namespace LeafSeg.ModelTraining.Tests.Networks;

/// <summary>The detection tail once more, as slow and plain loops over single boxes: the truth for the graph's fragments.</summary>
internal static class DetectionReference
{
    public static double[] Decode(ReadOnlySpan<float> box, ReadOnlySpan<float> delta, float centreWeight, float sizeWeight)
    {
        double width = (double)box[2] - box[0];
        double height = (double)box[3] - box[1];
        double x = box[0] + (width / 2) + (delta[0] / centreWeight * width);
        double y = box[1] + (height / 2) + (delta[1] / centreWeight * height);
        double newWidth = width * Math.Exp(Math.Min(delta[2] / sizeWeight, Math.Log(1000.0 / 16)));
        double newHeight = height * Math.Exp(Math.Min(delta[3] / sizeWeight, Math.Log(1000.0 / 16)));
        return [x - (newWidth / 2), y - (newHeight / 2), x + (newWidth / 2), y + (newHeight / 2)];
    }

    /// <summary>Indices of the kept boxes, best first; of equal scores the lower index.</summary>
    public static List<int> Suppress(float[] boxes, IEnumerable<int> candidates, Func<int, float> score, double threshold)
    {
        List<int> kept = [];
        foreach (int candidate in candidates.OrderByDescending(score).ThenBy(i => i))
        {
            if (kept.TrueForAll(better => Overlap(boxes, better, candidate) <= threshold))
            {
                kept.Add(candidate);
            }
        }

        return kept;
    }

    public static float Overlap(float[] boxes, int a, int b)
    {
        float width = MathF.Min(boxes[(4 * a) + 2], boxes[(4 * b) + 2]) - MathF.Max(boxes[4 * a], boxes[4 * b]);
        float height = MathF.Min(boxes[(4 * a) + 3], boxes[(4 * b) + 3]) - MathF.Max(boxes[(4 * a) + 1], boxes[(4 * b) + 1]);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        return width * height / (Area(boxes, a) + Area(boxes, b) - (width * height));
    }

    public static float Area(float[] boxes, int i) => (boxes[(4 * i) + 2] - boxes[4 * i]) * (boxes[(4 * i) + 3] - boxes[(4 * i) + 1]);

    /// <summary>One cell of RoIAlign with aligned=True: the mean of samples x samples bilinear readings.</summary>
    public static double Pool(float[] features, int width, int height, ReadOnlySpan<float> box, double scale, int size, int samples, int cellX, int cellY)
    {
        double left = (box[0] * scale) - 0.5;
        double top = (box[1] * scale) - 0.5;
        double cellWidth = (box[2] - box[0]) * scale / size;
        double cellHeight = (box[3] - box[1]) * scale / size;
        double sum = 0;
        for (int sy = 0; sy < samples; sy++)
        {
            for (int sx = 0; sx < samples; sx++)
            {
                double x = left + ((cellX + ((sx + 0.5) / samples)) * cellWidth);
                double y = top + ((cellY + ((sy + 0.5) / samples)) * cellHeight);
                sum += Read(features, width, height, x, y);
            }
        }

        return sum / (samples * samples);
    }

    private static double Read(float[] features, int width, int height, double x, double y)
    {
        if (x < -1 || y < -1 || x > width || y > height)
        {
            return 0;
        }

        x = Math.Clamp(x, 0, width - 1);
        y = Math.Clamp(y, 0, height - 1);
        int x0 = (int)x;
        int y0 = (int)y;
        int x1 = Math.Min(x0 + 1, width - 1);
        int y1 = Math.Min(y0 + 1, height - 1);
        double fx = x - x0;
        double fy = y - y0;
        return ((1 - fy) * (((1 - fx) * features[(y0 * width) + x0]) + (fx * features[(y0 * width) + x1])))
            + (fy * (((1 - fx) * features[(y1 * width) + x0]) + (fx * features[(y1 * width) + x1])));
    }
}
