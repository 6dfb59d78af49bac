namespace LeafSeg.Common.Imaging;

/// <summary>Which leaf each pixel belongs to: 0 is background, every other value is one leaf.</summary>
public sealed class LabelMap
{
    /// <summary>Takes labels, row by row, [height x width]; they are not copied.</summary>
    public LabelMap(int width, int height, ushort[] labels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Length != width * height)
        {
            throw new ArgumentException($"{width}x{height} pixels take {width * height} labels, not {labels.Length}.", nameof(labels));
        }

        Width = width;
        Height = height;
        Labels = labels;
    }

    /// <summary>A map of background.</summary>
    public LabelMap(int width, int height)
        : this(width, height, new ushort[width * height])
    {
    }

    /// <summary>Pixels.</summary>
    public int Width { get; }

    /// <summary>Pixels.</summary>
    public int Height { get; }

    /// <summary>[Height * Width] labels, row by row. Labels may have gaps.</summary>
    public ushort[] Labels { get; }

    /// <summary>The label at a pixel; 0 is background. Not checked beyond the array's own bounds.</summary>
    public ushort this[int x, int y]
    {
        get => Labels[(y * Width) + x];
        set => Labels[(y * Width) + x] = value;
    }

    /// <summary>The labels that occur, rising, with the number of pixels of each.</summary>
    public IReadOnlyList<(ushort Label, int Area)> Areas()
    {
        int[] areas = new int[ushort.MaxValue + 1];
        foreach (ushort label in Labels)
        {
            areas[label]++;
        }

        List<(ushort, int)> result = [];
        for (int label = 1; label < areas.Length; label++)
        {
            if (areas[label] > 0)
            {
                result.Add(((ushort)label, areas[label]));
            }
        }

        return result;
    }
}
