using System.Buffers.Binary;

namespace LeafSeg.EdgeAgent.Updates.Proof;

/// <summary>
/// The fields of one protobuf message, one after the other, straight out of the file: nothing is allocated for what
/// a file claims to have, and what is not wire format is refused where it is found.
/// </summary>
internal ref struct ProtobufFields(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>The current field's bytes, where it is a text, bytes or a message; else empty.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The current field's number, where it is one.</summary>
    public ulong Number { get; private set; }

    public bool IsBytes { get; private set; }

    /// <summary>False: the message is over.</summary>
    /// <exception cref="UnprovenException">Not protobuf's wire format.</exception>
    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        ulong tag = Varint();
        if (tag >> 3 is 0 or > 0x1FFF_FFFF)
        {
            throw Broken("a field number out of range");
        }

        Field = (int)(tag >> 3);
        Bytes = [];
        Number = 0;
        IsBytes = false;
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                return true;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                return true;
            case 2:
                Bytes = Take(Varint());
                IsBytes = true;
                return true;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                return true;
            default:
                throw Broken($"wire type {tag & 7}");
        }
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int i = 0; i < 10; i++)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if ((next & 0x80) == 0)
            {
                return value;
            }
        }

        throw Broken("a number of more than ten bytes");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length)
        {
            throw Broken($"the end, {count - (ulong)rest.Length} bytes early");
        }

        ReadOnlySpan<byte> taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    private static UnprovenException Broken(string found) => new($"not a whole ONNX file: found {found}; expected protobuf");
}
