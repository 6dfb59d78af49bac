namespace LeafSeg.Common.Imaging;

/// <summary>
/// The CSIRO colour-mask format: a 24-bit PNG, black background, one flat colour a leaf. The colours are
/// arbitrary in each picture, so a leaf is a unique 24-bit colour of that picture and never a palette entry;
/// going through grey would merge leaves.
/// </summary>
public static class ColourMask
{
    /// <summary>Reads a mask; leaves are numbered 1, 2, ... in the order in which they first appear, row by row.</summary>
    /// <exception cref="ImageFileException">Not a picture, or more colours than labels can count.</exception>
    public static LabelMap Read(string path)
    {
        RgbImage image = ImageFile.Read(path);
        LabelMap map = new(image.Width, image.Height);
        Dictionary<int, ushort> labelOf = new() { [0] = 0 };
        int previousColour = 0;
        ushort label = 0;
        for (int i = 0, p = 0; i < map.Labels.Length; i++, p += 3)
        {
            int colour = (image.Pixels[p] << 16) | (image.Pixels[p + 1] << 8) | image.Pixels[p + 2];
            if (colour != previousColour)
            {
                previousColour = colour;
                if (!labelOf.TryGetValue(colour, out label))
                {
                    if (labelOf.Count > ushort.MaxValue)
                    {
                        throw new ImageFileException(
                            $"{path}: more than {ushort.MaxValue} colours, expected one flat colour a leaf; "
                            + "a photograph or an anti-aliased or JPEG-compressed mask cannot be used");
                    }

                    label = (ushort)labelOf.Count;
                    labelOf.Add(colour, label);
                }
            }

            map.Labels[i] = label;
        }

        return map;
    }

    /// <summary>Writes a mask as PNG with the given colours (0xRRGGBB, index = label, entry 0 is ignored).</summary>
    public static void Write(string path, LabelMap map, IReadOnlyList<int> colours)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(colours);
        byte[] pixels = new byte[map.Labels.Length * 3];
        for (int i = 0, p = 0; i < map.Labels.Length; i++, p += 3)
        {
            ushort label = map.Labels[i];
            if (label == 0)
            {
                continue;
            }

            int colour = colours[label];
            pixels[p] = (byte)(colour >> 16);
            pixels[p + 1] = (byte)(colour >> 8);
            pixels[p + 2] = (byte)colour;
        }

        ImageFile.Write(path, new RgbImage(map.Width, map.Height, pixels));
    }

    /// <summary>Writes a mask with colours far apart in hue for neighbouring labels.</summary>
    public static void Write(string path, LabelMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        Write(path, map, Colours(map.Labels.Max()));
    }

    /// <summary>Distinct colours for labels 1..<paramref name="count"/>; entry 0 is black.</summary>
    public static int[] Colours(int count)
    {
        const int Steps = 24;
        int[] colours = new int[count + 1];
        for (int label = 1; label <= count; label++)
        {
            // Hue walks by the golden angle; after every 24 leaves the brightness drops a little, so no two are equal.
            double hue = label * 0.618033988749895 % 1 * 6;
            int value = 255 - ((label - 1) / Steps % 128);
            int rising = (int)(value * (hue % 1));
            int falling = value - rising;
            int low = (label - 1) / (Steps * 128);
            (int r, int g, int b) = (int)hue switch
            {
                0 => (value, rising, low),
                1 => (falling, value, low),
                2 => (low, value, rising),
                3 => (low, falling, value),
                4 => (rising, low, value),
                _ => (value, low, falling),
            };
            colours[label] = (r << 16) | (g << 8) | b;
        }

        return colours;
    }
}
