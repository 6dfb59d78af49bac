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

    /// <summary>A copy of a part; the map itself where the part is all of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or reaches beyond the map.</exception>
    public LabelMap Crop(PixelBox part)
    {
        if (part.IsEmpty || part.X1 < 0 || part.Y1 < 0 || part.X2 > Width || part.Y2 > Height)
        {
            throw new ArgumentOutOfRangeException(nameof(part), part, $"A part of a map of {Width}x{Height} lies inside it and has a size.");
        }

        if (part.Width == Width && part.Height == Height)
        {
            return this;
        }

        LabelMap crop = new(part.Width, part.Height);
        for (int y = 0; y < part.Height; y++)
        {
            Labels.AsSpan(((part.Y1 + y) * Width) + part.X1, part.Width).CopyTo(crop.Labels.AsSpan(y * part.Width));
        }

        return crop;
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
