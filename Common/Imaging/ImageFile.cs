using System.Buffers;
using Microsoft.Win32.SafeHandles;
using OpenCvSharp;

namespace LeafSeg.Common.Imaging;

/// <summary>Reads and writes picture files.</summary>
public static class ImageFile
{
    /// <summary>Reads a picture as 8-bit RGB, upright, whatever it was: see <see cref="PictureDecoder"/>.</summary>
    /// <exception cref="ImageFileException">The file is missing or is not a whole picture.</exception>
    public static RgbImage Read(string path) => Open(path).Image;

    /// <summary>The same, with what the file was.</summary>
    /// <param name="path">PNG, JPEG, TIFF, BMP or WebP.</param>
    /// <param name="page">Of a TIFF file, 1 being the first.</param>
    /// <exception cref="ImageFileException">The file is missing, is not a whole picture, or has no such page.</exception>
    public static DecodedPicture Open(string path, int page = 1)
    {
        byte[] lent = [];
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            int length = checked((int)RandomAccess.GetLength(file));

            // A camera's picture is 15 MB: lent memory is there already, new memory would be made and cleared for each.
            lent = ArrayPool<byte>.Shared.Rent(length);
            return PictureDecoder.Decode(lent.AsSpan(0, ReadAll(file, lent.AsSpan(0, length))), path, page);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OverflowException)
        {
            throw new ImageFileException($"{path}: cannot be read ({e.Message})", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(lent);
        }
    }

    /// <summary>Decodes a PNG, JPEG or other picture that OpenCV knows.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="name">What to call it in an error.</param>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes, string name) => PictureDecoder.Decode(bytes.ToArray(), name).Image;

    /// <summary>Writes a picture; the extension chooses the format. JPEG is written at quality 92.</summary>
    public static void Write(string path, RgbImage image) => File.WriteAllBytes(path, Encode(image, Path.GetExtension(path)));

    /// <summary>Encodes a picture; <paramref name="extension"/> is ".png" or ".jpg".</summary>
    public static byte[] Encode(RgbImage image, string extension)
    {
        using Mat bgr = ToBgr(image);
        // Any word on compression would make PNG slower: OpenCV's own choice is both fast and small.
        ImageEncodingParam[] options = extension.StartsWith(".jp", StringComparison.OrdinalIgnoreCase) ? [new ImageEncodingParam(ImwriteFlags.JpegQuality, 92)] : [];
        Cv2.ImEncode(extension, bgr, out byte[] bytes, options);
        return bytes;
    }

    /// <summary>OpenCV's order of channels to ours. [H, W, 3] 8-bit BGR.</summary>
    public static RgbImage FromBgr(Mat bgr)
    {
        ArgumentNullException.ThrowIfNull(bgr);
        byte[] pixels = GC.AllocateUninitializedArray<byte>(bgr.Rows * bgr.Cols * 3);
        using Mat rgb = Mat.FromPixelData(bgr.Rows, bgr.Cols, MatType.CV_8UC3, pixels);
        Cv2.CvtColor(bgr, rgb, ColorConversionCodes.BGR2RGB);
        return new RgbImage(bgr.Cols, bgr.Rows, pixels);
    }

    /// <summary>Our order of channels to OpenCV's; the caller disposes the result.</summary>
    public static Mat ToBgr(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        using Mat rgb = Mat.FromPixelData(image.Height, image.Width, MatType.CV_8UC3, image.Pixels);
        Mat bgr = new();
        Cv2.CvtColor(rgb, bgr, ColorConversionCodes.RGB2BGR);
        return bgr;
    }

    /// <summary>How many bytes there are: a file may be cut while it is read.</summary>
    private static int ReadAll(SafeFileHandle file, Span<byte> bytes)
    {
        int read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes[read..], read) is > 0 and int more)
        {
            read += more;
        }

        return read;
    }
}
