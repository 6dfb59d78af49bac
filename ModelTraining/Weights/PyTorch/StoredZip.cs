using System.Buffers.Binary;
using System.Text;

namespace LeafSeg.ModelTraining.Weights.PyTorch;

/// <summary>
/// A zip archive (PKWARE's APPNOTE, with zip64) whose entries are stored as they are, which is how PyTorch writes.
/// Compressed entries are refused, so nothing grows when it is read; nothing is unpacked to a disk, so an entry's
/// name is a key and never a path.
/// </summary>
internal sealed class StoredZip
{
    private const uint EndSignature = 0x06054b50;
    private const uint Zip64LocatorSignature = 0x07064b50;
    private const uint Zip64EndSignature = 0x06064b50;
    private const uint EntrySignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;
    private const int EndLength = 22;
    private const int Zip64LocatorLength = 20;
    private const int Zip64EndLength = 56;
    private const int EntryLength = 46;
    private const int LocalLength = 30;
    private const int LongestDirectory = 32 << 20;

    private readonly FileStream file;
    private readonly string path;
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <exception cref="WeightsFileException">Cut short, damaged or compressed.</exception>
    public StoredZip(FileStream file, string path)
    {
        this.file = file;
        this.path = path;
        ReadDirectory();
    }

    public IEnumerable<string> Names => entries.Keys;

    /// <summary>Places <see cref="Stream.Position"/> on the entry's first byte; returns how many bytes it has.</summary>
    public long Seek(string name)
    {
        if (!entries.TryGetValue(name, out Entry entry))
        {
            throw Damaged($"it has no entry {Printable.Text(name)}");
        }

        byte[] header = At(entry.Header, LocalLength);
        if (UInt32(header, 0) != LocalSignature)
        {
            throw Damaged($"the entry {Printable.Text(name)} is not where the directory says");
        }

        long start = entry.Header + LocalLength + UInt16(header, 26) + UInt16(header, 28);
        if (start > file.Length || entry.Length > file.Length - start)
        {
            throw Damaged($"the entry {Printable.Text(name)} reaches beyond the end of the file");
        }

        file.Position = start;
        return entry.Length;
    }

    private void ReadDirectory()
    {
        (long start, long length) = FindDirectory();
        if (length > LongestDirectory)
        {
            throw Damaged($"its directory has {length} bytes, expected at most {LongestDirectory}");
        }

        byte[] directory = At(start, length);
        for (int at = 0; at < directory.Length;)
        {
            at += ReadEntry(directory.AsSpan(at));
        }
    }

    /// <summary>The end record is the last thing in the file but for a comment; zip64 has another one before it.</summary>
    private (long Start, long Length) FindDirectory()
    {
        long tailStart = Math.Max(0, file.Length - EndLength - ushort.MaxValue);
        byte[] tail = At(tailStart, file.Length - tailStart);
        for (int at = tail.Length - EndLength; at >= 0; at--)
        {
            if (UInt32(tail, at) != EndSignature || UInt16(tail, at + 20) != tail.Length - at - EndLength)
            {
                continue;
            }

            uint length = UInt32(tail, at + 12);
            uint start = UInt32(tail, at + 16);
            bool isZip64 = length == uint.MaxValue || start == uint.MaxValue || UInt16(tail, at + 10) == ushort.MaxValue;
            return isZip64 ? FindZip64Directory(tailStart + at) : (start, length);
        }

        throw Damaged("its directory is missing, it is cut short");
    }

    private (long Start, long Length) FindZip64Directory(long end)
    {
        byte[] locator = At(end - Zip64LocatorLength, Zip64LocatorLength);
        if (UInt32(locator, 0) != Zip64LocatorSignature)
        {
            throw Damaged("its zip64 directory is missing");
        }

        byte[] record = At(Int64(locator, 8), Zip64EndLength);
        return UInt32(record, 0) == Zip64EndSignature
            ? (Int64(record, 48), Int64(record, 40))
            : throw Damaged("its zip64 directory is missing");
    }

    /// <returns>Bytes that the entry takes in the directory.</returns>
    private int ReadEntry(ReadOnlySpan<byte> directory)
    {
        if (directory.Length < EntryLength || UInt32(directory, 0) != EntrySignature)
        {
            throw Damaged("its directory is not one");
        }

        int nameLength = UInt16(directory, 28);
        int extraLength = UInt16(directory, 30);
        int whole = EntryLength + nameLength + extraLength + UInt16(directory, 32);
        if (whole > directory.Length)
        {
            throw Damaged("its directory is cut short");
        }

        string name = Encoding.UTF8.GetString(directory.Slice(EntryLength, nameLength));
        long packed = UInt32(directory, 20);
        long length = UInt32(directory, 24);
        long header = UInt32(directory, 42);
        ReadZip64(directory.Slice(EntryLength + nameLength, extraLength), ref length, ref packed, ref header);
        bool isEncrypted = (UInt16(directory, 8) & 1) != 0;
        if (UInt16(directory, 10) != 0 || isEncrypted || packed != length)
        {
            throw Damaged($"the entry {Printable.Text(name)} is compressed or encrypted, which PyTorch never does");
        }

        if (length < 0 || !entries.TryAdd(name, new Entry(header, length)))
        {
            throw Damaged($"the entry {Printable.Text(name)} is there twice or has no size");
        }

        return whole;
    }

    /// <summary>Numbers that do not fit into 32 bits are all ones there, and in full here, one after the other.</summary>
    private void ReadZip64(ReadOnlySpan<byte> extra, ref long length, ref long packed, ref long header)
    {
        while (extra.Length >= 4)
        {
            int size = UInt16(extra, 2);
            if (size > extra.Length - 4)
            {
                throw Damaged("its directory is cut short");
            }

            if (UInt16(extra, 0) == 1)
            {
                ReadOnlySpan<byte> numbers = extra.Slice(4, size);
                Widen(ref length, ref numbers);
                Widen(ref packed, ref numbers);
                Widen(ref header, ref numbers);
            }

            extra = extra[(4 + size)..];
        }
    }

    private void Widen(ref long value, ref ReadOnlySpan<byte> numbers)
    {
        if (value != uint.MaxValue)
        {
            return;
        }

        if (numbers.Length < 8)
        {
            throw Damaged("its directory is cut short");
        }

        value = Int64(numbers, 0);
        numbers = numbers[8..];
    }

    private byte[] At(long start, long length)
    {
        if (start < 0 || length < 0 || start > file.Length || length > file.Length - start)
        {
            throw Damaged("it points beyond its own end, it is cut short");
        }

        byte[] bytes = new byte[length];
        file.Position = start;
        file.ReadExactly(bytes);
        return bytes;
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private WeightsFileException Damaged(string what) => new($"{path}: the zip archive is damaged: {what}");

    private readonly record struct Entry(long Header, long Length);
}
