using System.Buffers.Binary;
using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>Width and height of a picture, upright, in pixels: from the header of PNG and JPEG, which takes no memory; else from its pixels.</summary>
internal static class PictureSize
{
    /// <exception cref="ImageFileException">Missing, cut off, or not a picture.</exception>
    public static (int Width, int Height, Orientation Orientation) Of(string path)
    {
        byte[] file = PictureFile.ReadBytes(path);
        PictureFormat format = PictureFormat.Of(file, path);
        if ((PictureFormat.IsPng(file) ? OfPng(file) : OfJpeg(file)) is not (int width, int height))
        {
            RgbImage picture = PictureDecoder.Decode(file, path).Image;
            return (picture.Width, picture.Height, format.Orientation);
        }

        return format.Orientation.SwapsSides() ? (height, width, format.Orientation) : (width, height, format.Orientation);
    }

    private static (int, int)? OfPng(ReadOnlySpan<byte> file) => (BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..]));

    /// <summary>The frame header (SOF; ITU-T T.81, B.2.2).</summary>
    private static (int, int)? OfJpeg(ReadOnlySpan<byte> file)
    {
        const byte firstFrame = 0xC0, lastFrame = 0xCF;
        for (int place = 2; file.StartsWith<byte>([0xff, 0xd8]) && place + 9 <= file.Length && file[place] == 0xFF;)
        {
            byte marker = file[place + 1];
            if (marker is >= firstFrame and <= lastFrame and not (0xC4 or 0xC8 or 0xCC))
            {
                return (BinaryPrimitives.ReadUInt16BigEndian(file[(place + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(place + 5)..]));
            }

            place += marker == 0xFF ? 1 : 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(place + 2)..]);
        }

        return null;
    }
}
