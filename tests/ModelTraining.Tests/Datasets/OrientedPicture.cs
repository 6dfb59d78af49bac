using System.Buffers.Binary;
using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Tests.Datasets;

/// <summary>A picture of four colours, stored as a camera stores it that lay in one of EXIF's eight ways.</summary>
internal static class OrientedPicture
{
    private const int OrientationTag = 274;

    /// <param name="path">.jpg, .png, or .tif (16 bits where the name says so).</param>
    /// <param name="orientation">1 to 8.</param>
    /// <param name="width">Seen upright.</param>
    /// <param name="height">Seen upright.</param>
    public static void Write(string path, int orientation, int width, int height)
    {
        using Mat upright = new(height, width, MatType.CV_8UC3, new Scalar(0, 0, 255));
        upright[new Rect(width / 2, 0, width / 2, height / 2)].SetTo(new Scalar(0, 255, 0));
        upright[new Rect(0, height / 2, width / 2, height / 2)].SetTo(new Scalar(255, 0, 0));
        upright[new Rect(width / 2, height / 2, width / 2, height / 2)].SetTo(new Scalar(255, 255, 255));
        using Mat stored = upright.Clone();
        // The way back: what brings the stored picture upright, undone.
        switch (orientation)
        {
            case 2: Cv2.Flip(upright, stored, FlipMode.Y); break;
            case 3: Cv2.Rotate(upright, stored, RotateFlags.Rotate180); break;
            case 4: Cv2.Flip(upright, stored, FlipMode.X); break;
            case 5: Cv2.Transpose(upright, stored); break;
            case 6: Cv2.Rotate(upright, stored, RotateFlags.Rotate90Counterclockwise); break;
            case 7:
                Cv2.Transpose(upright, stored);
                Cv2.Rotate(stored, stored, RotateFlags.Rotate180);
                break;
            case 8: Cv2.Rotate(upright, stored, RotateFlags.Rotate90Clockwise); break;
        }

        string extension = Path.GetExtension(path);
        if (path.Contains("16", StringComparison.Ordinal))
        {
            stored.ConvertTo(stored, MatType.CV_16UC3, 257);
        }

        Cv2.ImEncode(extension, stored, out byte[] file);
        byte[] exif = [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        File.WriteAllBytes(path, extension switch
        {
            ".jpg" => [.. file[..2], 0xff, 0xe1, 0, (byte)(exif.Length + 8), .. "Exif\0\0"u8, .. exif, .. file[2..]],
            ".png" => [.. file[..33], .. PngWriter.Chunk("eXIf", exif), .. file[33..]],
            _ => WithTag(file, (ushort)orientation),
        });
    }

    public static char ColourAt(RgbImage picture, int x, int y)
    {
        int at = picture.IndexOf(x, y);
        return (picture.Pixels[at] > 128, picture.Pixels[at + 1] > 128, picture.Pixels[at + 2] > 128) switch
        {
            (true, false, false) => 'R',
            (false, true, false) => 'G',
            (false, false, true) => 'B',
            (true, true, true) => 'W',
            _ => '?',
        };
    }

    /// <summary>OpenCV writes little endian, the directory at the end, with an orientation of its own or without.</summary>
    private static byte[] WithTag(byte[] file, ushort orientation)
    {
        int at = (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));
        List<byte[]> entries = [.. Enumerable.Range(0, count).Select(i => file.AsSpan(at + 2 + (i * 12), 12).ToArray())];
        entries.RemoveAll(entry => BinaryPrimitives.ReadUInt16LittleEndian(entry) == OrientationTag);
        entries.Add([OrientationTag & 255, OrientationTag >> 8, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0]);
        byte[] changed = [.. file, .. new byte[file.Length % 2]];
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(4), (uint)changed.Length);
        return
        [
            .. changed, (byte)entries.Count, 0, .. entries.OrderBy(entry => BinaryPrimitives.ReadUInt16LittleEndian(entry)).SelectMany(entry => entry), 0, 0, 0, 0,
        ];
    }
}
