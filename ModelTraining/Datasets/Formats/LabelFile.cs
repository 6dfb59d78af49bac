using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>
/// Reads a picture of labels, whichever way it tells leaves apart: a colour mask by its unique 24-bit colours (leaves
/// numbered as they appear, row by row), an indexed picture by its indices, a grey one of 8 or 16 bits by its values.
/// </summary>
internal static class LabelFile
{
    /// <exception cref="ImageFileException">Missing, cut off, or not a picture.</exception>
    /// <exception cref="DatasetException">Not a mask of flat colours on a background.</exception>
    public static LabelMap Read(string path)
    {
        byte[] file = PictureFile.ReadBytes(path);
        PictureFormat format = PictureFormat.Of(file, path);
        LabelMap labels = format.Colours switch
        {
            PictureColours.Indexed => FromIndices(file, path),
            PictureColours.Grey => FromGrey(file, format, path),
            _ => FromColours(file, format, path),
        };
        RequireBackground(labels, path);
        return labels;
    }

    private static LabelMap FromIndices(byte[] file, string path)
    {
        (byte[] indices, int width, int height, int[] palette) = IndexedPng.Read(file, path);
        RequireFlat([.. indices.Select(index => index < palette.Length ? palette[index] : 0)], width, path);
        int background = Math.Max(0, Array.IndexOf(palette, 0));
        // Index 0 is a leaf where the background is another entry; it takes that entry's number.
        return new LabelMap(width, height, [.. indices.Select(index => (ushort)(index == background ? 0 : index == 0 ? background : index))]);
    }

    private static LabelMap FromGrey(byte[] file, PictureFormat format, string path)
    {
        using Mat grey = PictureFormat.Decode(file, ImreadModes.Grayscale | ImreadModes.AnyDepth, path);
        if (format.Bits <= 8)
        {
            grey.GetArray(out byte[] values);
            RequireFlat([.. values.Select(value => value << 16)], grey.Cols, path);
            return new LabelMap(grey.Cols, grey.Rows, [.. values.Select(value => (ushort)value)]);
        }

        grey.GetArray(out ushort[] labels);
        RequireFlat([.. labels.Select(label => label << 16)], grey.Cols, path);
        return new LabelMap(grey.Cols, grey.Rows, labels);
    }

    private static LabelMap FromColours(byte[] file, PictureFormat format, string path)
    {
        if (format.Bits > 8)
        {
            throw new DatasetException(
                $"{path}: a colour mask of {format.Bits} bits a channel, expected 8, or 16 bits of grey; save it as 8-bit PNG",
                FindingKind.BlendedMask);
        }

        using Mat bgr = PictureFormat.Decode(file, ImreadModes.Color, path);
        bgr.GetArray(out Vec3b[] pixels);
        int[] colours = [.. pixels.Select(pixel => (pixel.Item2 << 16) | (pixel.Item1 << 8) | pixel.Item0)];
        RequireFlat(colours, bgr.Cols, path);
        LabelMap map = new(bgr.Cols, bgr.Rows);
        Dictionary<int, ushort> labelOf = new() { [0] = 0 };
        for (int i = 0; i < colours.Length; i++)
        {
            if (!labelOf.TryGetValue(colours[i], out ushort label))
            {
                label = labelOf.Count <= ushort.MaxValue ? (ushort)labelOf.Count : throw Blended(path, $"more than {ushort.MaxValue}");
                labelOf.Add(colours[i], label);
            }

            map.Labels[i] = label;
        }

        return map;
    }

    private static void RequireFlat(int[] colours, int width, string path)
    {
        int blended = BlendedColours.Count(colours, width);
        if (blended > 0)
        {
            throw Blended(path, $"{blended}");
        }
    }

    private static DatasetException Blended(string path, string count) => new(
        $"{path}: {count} colours that blend into one another at the borders, expected one flat colour a leaf: "
        + "the mask was anti-aliased, resized or saved as JPEG. Export it again without smoothing, as PNG, in its first size",
        FindingKind.BlendedMask);

    private static void RequireBackground(LabelMap labels, string path)
    {
        if (labels.Labels.AsSpan().Contains((ushort)0))
        {
            return;
        }

        throw labels.Labels.AsSpan().IndexOfAnyExcept(labels.Labels[0]) < 0
            ? new DatasetException(
                $"{path}: one colour all over, which would be one leaf as large as the picture; expected leaves on a black background",
                FindingKind.MaskOfOneColour)
            : new DatasetException(
                $"{path}: nothing is black, so that the background would be a leaf; expected a background of 0 (black)",
                FindingKind.MaskWithoutBackground);
    }
}
