using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>Overlap and suppression of boxes in continuous coordinates.</summary>
internal static class BoxGeometry
{
    public static float IoU(Box a, Box b)
    {
        float width = Math.Min(a.X2, b.X2) - Math.Max(a.X1, b.X1);
        float height = Math.Min(a.Y2, b.Y2) - Math.Max(a.Y1, b.Y1);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        float common = width * height;
        return common / (a.Area + b.Area - common);
    }

    /// <summary>The part inside an input of this shape that ends <paramref name="margin"/> pixels earlier.</summary>
    public static Box Clip(Box box, InputShape input, float margin)
    {
        (float width, float height) = (input.Width - margin, input.Height - margin);
        return new(
            Math.Clamp(box.X1, 0, width), Math.Clamp(box.Y1, 0, height), Math.Clamp(box.X2, 0, width), Math.Clamp(box.Y2, 0, height));
    }

    /// <summary>
    /// Non-maximum suppression: keeps a box unless it overlaps an earlier kept one by more than
    /// <paramref name="maximumIoU"/>. <paramref name="boxes"/> come in falling order of score.
    /// </summary>
    /// <returns>Places of the kept boxes, at most <paramref name="limit"/>.</returns>
    public static List<int> Suppress(ReadOnlySpan<Box> boxes, float maximumIoU, int limit = int.MaxValue)
    {
        List<int> kept = [];
        bool[] suppressed = new bool[boxes.Length];
        for (int i = 0; i < boxes.Length && kept.Count < limit; i++)
        {
            if (suppressed[i])
            {
                continue;
            }

            kept.Add(i);
            for (int j = i + 1; j < boxes.Length; j++)
            {
                suppressed[j] |= IoU(boxes[i], boxes[j]) > maximumIoU;
            }
        }

        return kept;
    }
}
