using System.Buffers.Binary;
using System.Text;

namespace LeafSeg.Common.Imaging;

/// <summary>
/// One image file directory of TIFF 6.0 or BigTIFF: tags and their values. A page of a TIFF file is one, and EXIF is one
/// inside a JPEG, PNG or WebP file.
/// </summary>
internal sealed class TiffDirectory
{
    /// <summary>More pages than that are a loop, or a file that is not what it says.</summary>
    private const int MostPages = 1_000_000;

    private const int MostTags = 4096;
    private const int Ascii = 2;

    private readonly Dictionary<int, object> values = [];

    private TiffDirectory(long offset)
    {
        Offset = offset;
    }

    /// <summary>Where in the file it begins.</summary>
    public long Offset { get; }

    public static bool IsTiff(ReadOnlySpan<byte> file) =>
        file.Length > 8 && (file.StartsWith("II"u8) || file.StartsWith("MM"u8)) && Read16(file, 2, file[0] == 'I') is 42 or 43;

    /// <summary>The directories of a file in their order; what is damaged ends the list.</summary>
    public static IReadOnlyList<TiffDirectory> All(ReadOnlySpan<byte> file)
    {
        List<TiffDirectory> pages = [];
        if (!IsTiff(file))
        {
            return pages;
        }

        bool little = file[0] == 'I', big = IsBig(file);
        HashSet<long> seen = [];
        long offset = big ? Read64(file, 8, little) : Read32(file, 4, little);
        while (offset > 0 && seen.Add(offset) && pages.Count < MostPages && Read(file, offset, little, big) is (TiffDirectory page, long next))
        {
            pages.Add(page);
            offset = next;
        }

        return pages;
    }

    /// <summary>Makes a directory the first of its file: readers that know one page only then read that page.</summary>
    public void PutFirst(Span<byte> file)
    {
        bool little = file[0] == 'I';
        if (IsBig(file))
        {
            BinaryPrimitives.WriteInt64LittleEndian(file[8..], little ? Offset : BinaryPrimitives.ReverseEndianness(Offset));
        }
        else
        {
            uint offset = (uint)Offset;
            BinaryPrimitives.WriteUInt32LittleEndian(file[4..], little ? offset : BinaryPrimitives.ReverseEndianness(offset));
        }
    }

    /// <summary>The first value of a tag, where it is a number.</summary>
    public double? Number(int tag) => values.TryGetValue(tag, out object? value) && value is double number && double.IsFinite(number) ? number : null;

    public string? Text(int tag) => values.GetValueOrDefault(tag) as string;

    /// <summary>The directory that a tag points to, as EXIF's own below the main one.</summary>
    public TiffDirectory? Below(int tag, ReadOnlySpan<byte> file) =>
        Number(tag) is double offset and > 0 && Read(file, (long)offset, file[0] == 'I', IsBig(file)) is (TiffDirectory below, _) ? below : null;

    private static bool IsBig(ReadOnlySpan<byte> file) => Read16(file, 2, file[0] == 'I') == 43;

    private static (TiffDirectory, long Next)? Read(ReadOnlySpan<byte> file, long offset, bool little, bool big)
    {
        (int countSize, int entrySize, int inline) = big ? (8, 20, 8) : (2, 12, 4);
        if (offset < 8 || offset + countSize > file.Length)
        {
            return null;
        }

        long count = big ? Read64(file, (int)offset, little) : Read16(file, (int)offset, little);
        long end = offset + countSize + (count * entrySize);
        if (count is < 1 or > MostTags || end > file.Length)
        {
            return null;
        }

        TiffDirectory directory = new(offset);
        for (int i = 0; i < count; i++)
        {
            int entry = (int)offset + countSize + (i * entrySize);
            int type = Read16(file, entry + 2, little);
            long length = big ? Read64(file, entry + 4, little) : Read32(file, entry + 4, little);
            int valueAt = entry + (big ? 12 : 8);
            if (length < 1 || length > file.Length)
            {
                continue;
            }

            long bytes = length * SizeOf(type);
            long at = bytes <= inline ? valueAt : big ? Read64(file, valueAt, little) : Read32(file, valueAt, little);
            if (bytes > 0 && at >= 0 && at + bytes <= file.Length && ValueAt(file, type, (int)at, (int)length, little) is object value)
            {
                directory.values[Read16(file, entry, little)] = value;
            }
        }

        bool hasNext = end + inline <= file.Length;
        return (directory, !hasNext ? 0 : big ? Read64(file, (int)end, little) : Read32(file, (int)end, little));
    }

    private static object? ValueAt(ReadOnlySpan<byte> file, int type, int at, int length, bool little) => type switch
    {
        Ascii => Encoding.UTF8.GetString(file.Slice(at, length)).TrimEnd('\0'),
        1 => (double)file[at],
        3 => (double)Read16(file, at, little),
        4 or 13 => (double)Read32(file, at, little),
        5 => Read32(file, at + 4, little) is var below and > 0 ? Read32(file, at, little) / (double)below : null,
        6 => (double)(sbyte)file[at],
        8 => (double)(short)Read16(file, at, little),
        9 => (double)(int)Read32(file, at, little),
        11 => (double)BitConverter.UInt32BitsToSingle(Read32(file, at, little)),
        12 => BitConverter.Int64BitsToDouble(Read64(file, at, little)),
        16 or 18 => (double)Read64(file, at, little),
        _ => null,
    };

    private static int SizeOf(int type) => type switch { 1 or 2 or 6 or 7 => 1, 3 or 8 => 2, 4 or 9 or 11 or 13 => 4, 5 or 10 or 12 or 16 or 17 or 18 => 8, _ => 0 };

    private static ushort Read16(ReadOnlySpan<byte> file, int at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(file[at..]) : BinaryPrimitives.ReadUInt16BigEndian(file[at..]);

    private static uint Read32(ReadOnlySpan<byte> file, int at, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(file[at..]) : BinaryPrimitives.ReadUInt32BigEndian(file[at..]);

    private static long Read64(ReadOnlySpan<byte> file, int at, bool little) =>
        little ? BinaryPrimitives.ReadInt64LittleEndian(file[at..]) : BinaryPrimitives.ReadInt64BigEndian(file[at..]);
}
