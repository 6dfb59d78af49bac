using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>
/// Reads a picture of labels, however it distinguishes leaves: a colour mask by its unique 24-bit colours (leaves
/// numbered as they appear, row by row), an indexed picture by its indices, a grey one of 8, 16 or 32 bits by its values.
/// </summary>
internal static class LabelFile
{
    /// <param name="path">The file.</param>
    /// <param name="page">Of a TIFF file with several pages, where its picture has as many.</param>
    /// <param name="picturePages">Pages of the picture.</param>
    /// <param name="colours">Numbers that several masks share, so that the same colour is the same leaf in all of them; null: each mask has its own.</param>
    /// <exception cref="ImageFileException">Missing, cut off, or not a picture.</exception>
    /// <exception cref="DatasetException">Not a mask of flat colours on a background, or its pages are not those of the picture.</exception>
    public static LabelMap Read(string path, int page = 1, int picturePages = 1, LeafColours? colours = null)
    {
        colours ??= new LeafColours();
        byte[] file = PictureFile.ReadBytes(path);
        PictureFormat format = PictureFormat.Of(file, path);
        if (format.Pages != picturePages && (format.Pages > 1 || page > 1))
        {
            throw new DatasetException(
                $"{path}: labels of {format.Pages} page{(format.Pages > 1 ? "s" : "")} for a picture of {picturePages}, expected as many as the picture has; save the labels of each page, or one leaf a colour on a single page",
                FindingKind.SizesDiffer);
        }

        format = page > 1 ? PictureFormat.Of(file, path, page) : format;
        LabelMap labels = PictureFormat.IsPng(file) && format.Colours == PictureColours.Indexed ? FromIndices(file, format, path) : FromValues(file, format, path, colours);
        RequireBackground(labels, path);
        return labels;
    }

    private static LabelMap FromIndices(byte[] file, PictureFormat format, string path)
    {
        (byte[] indices, int width, int height, int[] palette) = IndexedPng.Read(file, format, path);
        int[] colours = new int[indices.Length];
        ushort[] labels = new ushort[indices.Length];

        // Index 0 is a leaf where the background is another entry; it takes that entry's number.
        int background = Math.Max(0, Array.IndexOf(palette, 0));
        for (int i = 0; i < indices.Length; i++)
        {
            int index = indices[i];
            colours[i] = index < palette.Length ? palette[index] : 0;
            labels[i] = (ushort)(index == background ? 0 : index == 0 ? background : index);
        }

        RequireFlat(colours, width, path);
        return new LabelMap(width, height, labels);
    }

    private static LabelMap FromValues(byte[] file, PictureFormat format, string path, LeafColours numbers)
    {
        if (format.Colours == PictureColours.Grey && format.Bits <= 8)
        {
            using Mat grey = PictureDecoder.DecodeMat(file, format, ImreadModes.Grayscale, path);
            if (format.HasAlpha)
            {
                RequireMoreThanAlpha(grey, file, format, path);
            }

            grey.GetArray(out byte[] values);
            RequireFlat(Array.ConvertAll(values, value => value << 16), grey.Cols, path);
            return new LabelMap(grey.Cols, grey.Rows, Array.ConvertAll(values, value => (ushort)value));
        }

        using Mat picture = PictureDecoder.DecodeMat(file, format, format.Bits <= 8 ? ImreadModes.Color : ImreadModes.Unchanged, path);
        return picture.Channels() == 1 ? FromGrey(picture, path, numbers)
            : picture.Depth() == MatType.CV_8U ? FromColours(picture, file, format, path, numbers)
            : throw new DatasetException(
                $"{path}: a colour mask of {format.Bits} bits a channel, expected 8, or 16 or 32 bits of grey; save it as 8-bit PNG",
                FindingKind.BlendedMask);
    }

    private static LabelMap FromGrey(Mat picture, string path, LeafColours numbers)
    {
        using Mat values = new();
        picture.ConvertTo(values, MatType.CV_64F);
        values.GetArray(out double[] labels);
        if (labels.FirstOrDefault(value => value < 0 || value != Math.Floor(value)) is var odd && odd != 0)
        {
            throw new DatasetException($"{path}: a label with the value {odd}, expected whole numbers from 0 (background) on", FindingKind.BlendedMask);
        }

        if (picture.Depth() == MatType.CV_16U)
        {
            RequireFlat(Array.ConvertAll(labels, label => (int)label << 16), picture.Cols, path);
        }

        if (labels.Max() <= ushort.MaxValue)
        {
            return new LabelMap(picture.Cols, picture.Rows, Array.ConvertAll(labels, label => (ushort)label));
        }

        return new LabelMap(picture.Cols, picture.Rows, Array.ConvertAll(labels, label => Number(numbers, (long)label, path)));
    }

    private static LabelMap FromColours(Mat bgr, byte[] file, PictureFormat format, string path, LeafColours numbers)
    {
        if (format.HasAlpha)
        {
            RequireMoreThanAlpha(bgr, file, format, path);
        }

        bgr.GetArray(out Vec3b[] pixels);
        int[] colours = Array.ConvertAll(pixels, pixel => (pixel.Item2 << 16) | (pixel.Item1 << 8) | pixel.Item0);
        RequireFlat(colours, bgr.Cols, path);
        LabelMap map = new(bgr.Cols, bgr.Rows);
        (int previous, ushort label) = (0, 0);
        for (int i = 0; i < colours.Length; i++)
        {
            // Colours come in long runs.
            if (colours[i] != previous)
            {
                previous = colours[i];
                label = Number(numbers, previous, path);
            }

            map.Labels[i] = label;
        }

        return map;
    }

    private static ushort Number(LeafColours numbers, long value, string path) =>
        numbers.NumberOf(value) ?? throw Blended(path, $"more than {ushort.MaxValue}");

    /// <summary>A drawing program that erases the background leaves colours that are all alike under an alpha channel that is not.</summary>
    private static void RequireMoreThanAlpha(Mat decoded, byte[] file, PictureFormat format, string path)
    {
        using Mat flat = decoded.Reshape(1);
        using Mat first = new(decoded.Rows, decoded.Cols, decoded.Type(), decoded.Channels() == 1 ? new Scalar(decoded.At<byte>(0, 0)) : ToScalar(decoded.At<Vec3b>(0, 0)));
        using Mat firstFlat = first.Reshape(1);
        if (Cv2.Norm(flat, firstFlat, NormTypes.INF) > 0)
        {
            return;
        }

        using Mat whole = PictureDecoder.DecodeMat(file, format, ImreadModes.Unchanged, path);
        using Mat alpha = whole.ExtractChannel(whole.Channels() - 1);
        Cv2.MinMaxLoc(alpha, out double lowest, out double highest);
        if (highest > lowest)
        {
            throw new DatasetException(
                $"{path}: one colour all over, and leaves in the alpha channel alone, where they cannot be distinguished; expected one flat colour a leaf "
                + "on black: paint each leaf in a colour of its own, fill what is transparent with black, and save without alpha",
                FindingKind.AlphaMask);
        }

        static Scalar ToScalar(Vec3b pixel) => new(pixel.Item0, pixel.Item1, pixel.Item2);
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
