using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace LeafSeg.ModelTraining.Tests.Weights;

/// <summary>Writes pickles opcode by opcode, and the files of PyTorch around them: honest ones and others.</summary>
internal static class Pickles
{
    public const string RebuildTensor = "ctorch._utils\n_rebuild_tensor_v2\n";

    private static readonly byte[] MagicNumber = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    /// <summary>Bytes, text (each character a byte) and lists of these, one after the other.</summary>
    public static byte[] Bytes(params object[] parts) => [.. parts.SelectMany(part => part switch
    {
        byte[] bytes => bytes,
        string text => Encoding.Latin1.GetBytes(text),
        int value => [(byte)value],
        _ => throw new ArgumentException($"{part}", nameof(parts)),
    })];

    public static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)'X', .. UInt32((uint)bytes.Length), .. bytes];
    }

    public static byte[] Number(long value)
    {
        byte[] bytes = new byte[10];
        bytes[0] = 0x8a;
        bytes[1] = 8;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(2), value);
        return bytes;
    }

    public static byte[] Tuple(params long[] values) => Bytes(["(", .. values.Select(Number), "t"]);

    /// <summary>A storage's persistent id.</summary>
    public static byte[] Storage(string key, long count, string type = "FloatStorage", byte[]? part = null) =>
        Bytes("(", Text("storage"), $"ctorch\n{type}\n", Text(key), Text("cpu"), Number(count), part ?? [], "tQ");

    public static byte[] Tensor(byte[] storage, long offset, long[] size, long[] stride) =>
        Bytes(RebuildTensor, "(", storage, Number(offset), Tuple(size), Tuple(stride), 0x89, "}tR");

    /// <summary>A dictionary of one tensor, "a".</summary>
    public static byte[] StateDict(byte[] tensor) => Bytes(0x80, 2, "}", Text("a"), tensor, "s.");

    /// <summary>The old form around a program, with storages of the given bytes.</summary>
    public static byte[] Legacy(byte[] program, params (string Key, long Count, byte[] Data)[] storages) => Bytes(
    [
        0x80, 2, 0x8a, 10, MagicNumber, ".",
        0x80, 2, "M", BitConverter.GetBytes((ushort)1001), ".",
        0x80, 2, "}", Text("little_endian"), 0x88, "s.",
        program,
        0x80, 2, "](", .. storages.Select(s => Text(s.Key)), "e.",
        .. storages.SelectMany(s => new[] { BitConverter.GetBytes(s.Count), s.Data }),
    ]);

    /// <summary>The new form around a program; more entries as given.</summary>
    public static byte[] Zip(byte[] program, CompressionLevel compression = CompressionLevel.NoCompression, params (string Name, byte[] Data)[] entries)
    {
        using MemoryStream bytes = new();
        using (ZipArchive archive = new(bytes, ZipArchiveMode.Create))
        {
            foreach ((string name, byte[] data) in entries.Prepend(("archive/data.pkl", program)))
            {
                using Stream entry = archive.CreateEntry(name, compression).Open();
                entry.Write(data);
            }
        }

        return bytes.ToArray();
    }

    public static byte[] UInt32(uint value) => BitConverter.GetBytes(value);
}
