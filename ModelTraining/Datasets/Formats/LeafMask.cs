using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>A picture of one leaf, or of the foreground: everything above half of its largest value.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Pixels">[Height * Width], row by row.</param>
/// <param name="IsSoft">There are values between none and full, as after smoothing.</param>
internal sealed record LeafMask(int Width, int Height, bool[] Pixels, bool IsSoft)
{
    /// <exception cref="ImageFileException">Missing, cut off, or not a picture.</exception>
    public static LeafMask Read(string path)
    {
        byte[] file = PictureFile.ReadBytes(path);
        using Mat grey = PictureDecoder.DecodeMat(file, PictureFormat.Of(file, path), ImreadModes.Grayscale | ImreadModes.AnyDepth, path);
        // Whatever it was: 1 of 65535 is a leaf as well as 255.
        using Mat real = new();
        grey.ConvertTo(real, MatType.CV_32FC1);
        real.GetArray(out float[] values);
        float full = values.Max();
        bool soft = values.AsSpan().IndexOfAnyExcept(0, full) >= 0;
        return new LeafMask(grey.Cols, grey.Rows, [.. values.Select(value => value * 2 > full)], soft);
    }

    /// <summary>One leaf, 255 on 0, 8 bits.</summary>
    public static byte[] Encode(LabelMap labels, ushort leaf)
    {
        byte[] values = [.. labels.Labels.Select(label => label == leaf ? byte.MaxValue : (byte)0)];
        using Mat grey = Mat.FromPixelData(labels.Height, labels.Width, MatType.CV_8UC1, values);
        Cv2.ImEncode(".png", grey, out byte[] file);
        return file;
    }
}
