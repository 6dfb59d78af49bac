using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights.PyTorch;

/// <summary>
/// Reads Python's pickle format (protocols 2 to 5) as data. A pickle is a program for a little stack machine;
/// Python runs whatever it names. Here only what builds plain values is known, and the few objects that it may
/// request come from <see cref="TorchObjects"/>: nothing is looked up by name, imported or run. Time and memory
/// are bounded by <see cref="MostSteps"/> and <see cref="MostBytes"/>, whatever the program says.
/// </summary>
internal sealed class PickleReader(Stream stream, string path)
{
    /// <summary>Over all pickles of a file. A network of 400 tensors takes about 20,000.</summary>
    public const int MostSteps = 2_000_000;

    /// <summary>Over all pickles of a file.</summary>
    public const int MostBytes = 64 << 20;

    private const int LongestLine = 1 << 10;
    private const int LongestInteger = 16;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = [];
    private readonly Dictionary<uint, object?> memo = [];
    private readonly Dictionary<string, ScalarType> storageTypes = new(StringComparer.Ordinal);
    private int steps;
    private int bytesLeft = MostBytes;

    /// <summary>Of every storage that was named so far, by its key.</summary>
    public IReadOnlyDictionary<string, ScalarType> StorageTypes => storageTypes;

    /// <summary>
    /// Reads one pickle, up to its STOP. Values are null, bool, long, <see cref="BigInteger"/>, double, string,
    /// byte[], lists (<see cref="List{T}"/>), tuples (object?[]), <see cref="PickledDictionary"/> and what
    /// <see cref="TorchObjects"/> makes.
    /// </summary>
    /// <exception cref="WeightsFileException">Cut short, not a pickle, too large, or it requests something that is not allowed.</exception>
    public object? Read()
    {
        stack.Clear();
        marks.Clear();
        memo.Clear();
        while (true)
        {
            if (++steps > MostSteps)
            {
                throw Damaged($"it takes more than {MostSteps} steps, which no network needs");
            }

            byte opcode = Byte();
            if (opcode == '.')
            {
                return Pop();
            }

            Step(opcode);
        }
    }

    private void Step(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: // PROTO
                byte protocol = Byte();
                if (protocol is < 2 or > 5)
                {
                    throw Damaged($"it is of pickle protocol {protocol}, expected 2 to 5");
                }

                break;
            case 0x95: // FRAME
                Bytes(8);
                break;
            case (byte)'(': // MARK
                marks.Push(stack.Count);
                break;
            case (byte)'0': // POP
                Pop();
                break;
            case (byte)'1': // POP_MARK
                PopToMark();
                break;
            case (byte)'2': // DUP
                Push(Peek());
                break;

            case (byte)'N':
                Push(null);
                break;
            case 0x88: // NEWTRUE
                Push(true);
                break;
            case 0x89: // NEWFALSE
                Push(false);
                break;
            case (byte)'J': // BININT
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)));
                break;
            case (byte)'K': // BININT1
                Push((long)Byte());
                break;
            case (byte)'M': // BININT2
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)));
                break;
            case 0x8a: // LONG1
                PushInteger(Byte());
                break;
            case 0x8b: // LONG4
                PushInteger(UInt32());
                break;
            case (byte)'G': // BINFLOAT
                Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8)));
                break;
            case (byte)'X': // BINUNICODE
                Push(Text(UInt32()));
                break;
            case 0x8c: // SHORT_BINUNICODE
                Push(Text(Byte()));
                break;
            case 0x8d: // BINUNICODE8
                Push(Text(UInt64()));
                break;
            case (byte)'T': // BINSTRING, of Python 2
                Push(Encoding.Latin1.GetString(Bytes(UInt32())));
                break;
            case (byte)'U': // SHORT_BINSTRING
                Push(Encoding.Latin1.GetString(Bytes(Byte())));
                break;
            case (byte)'B': // BINBYTES
                Push(Bytes(UInt32()));
                break;
            case (byte)'C': // SHORT_BINBYTES
                Push(Bytes(Byte()));
                break;
            case 0x8e: // BINBYTES8
                Push(Bytes(UInt64()));
                break;

            case (byte)']': // EMPTY_LIST
                Push(new List<object?>());
                break;
            case (byte)'a': // APPEND
                object? item = Pop();
                Peek<List<object?>>("a list").Add(item);
                break;
            case (byte)'e': // APPENDS
                object?[] items = PopToMark();
                Peek<List<object?>>("a list").AddRange(items);
                break;
            case (byte)')': // EMPTY_TUPLE
                Push(Array.Empty<object?>());
                break;
            case (byte)'t': // TUPLE
                Push(PopToMark());
                break;
            case 0x85 or 0x86 or 0x87: // TUPLE1 to TUPLE3
                Push(PopLast(opcode - 0x84));
                break;
            case (byte)'}': // EMPTY_DICT
                Push(new PickledDictionary());
                break;
            case (byte)'s': // SETITEM
                object?[] pair = PopLast(2);
                SetItems(pair);
                break;
            case (byte)'u': // SETITEMS
                SetItems(PopToMark());
                break;

            case (byte)'q': // BINPUT
                memo[Byte()] = Peek();
                break;
            case (byte)'r': // LONG_BINPUT
                memo[UInt32()] = Peek();
                break;
            case 0x94: // MEMOIZE
                memo[(uint)memo.Count] = Peek();
                break;
            case (byte)'h': // BINGET
                Push(Remembered(Byte()));
                break;
            case (byte)'j': // LONG_BINGET
                Push(Remembered(UInt32()));
                break;

            case (byte)'c': // GLOBAL
                Push(TorchObjects.Find(path, Line(), Line()));
                break;
            case 0x93: // STACK_GLOBAL
                object?[] names = PopLast(2);
                Push(TorchObjects.Find(path, names[0] as string ?? "", names[1] as string ?? ""));
                break;
            case (byte)'i': // INST names its class and calls it at once
                throw TorchObjects.Refuse(path, Line(), Line());
            case (byte)'Q': // BINPERSID
                TorchStorage storage = TorchObjects.Storage(path, Pop());
                storageTypes[storage.Key] = storage.Type;
                Push(storage);
                break;
            case (byte)'R': // REDUCE
                object?[] call = PopLast(2);
                steps += call[1] is object?[] and [List<object?> pairs] ? pairs.Count : 0;
                Push(TorchObjects.Call(path, call[0], call[1]));
                break;
            case (byte)'b': // BUILD: attributes, such as the version numbers of a state_dict's modules
                Pop();
                Peek<PickledDictionary>("a dictionary");
                break;

            default:
                throw Damaged(string.Create(
                    CultureInfo.InvariantCulture, $"it has the opcode 0x{opcode:x2}, which is not used in files of weights"));
        }
    }

    private void SetItems(object?[] keysAndValues)
    {
        PickledDictionary target = Peek<PickledDictionary>("a dictionary");
        if (keysAndValues.Length % 2 != 0)
        {
            throw Damaged("a key without a value");
        }

        for (int i = 0; i < keysAndValues.Length; i += 2)
        {
            target[Key(keysAndValues[i])] = keysAndValues[i + 1];
        }
    }

    /// <summary>Tensors have names; optimisers, which may be beside them in a file, count their states.</summary>
    private string Key(object? key) => key switch
    {
        string name => name,
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => throw Damaged("a dictionary whose keys are neither names nor numbers"),
    };

    private void Push(object? value) => stack.Add(value);

    private object? Peek()
    {
        if (stack.Count == 0 || (marks.TryPeek(out int mark) && stack.Count <= mark))
        {
            throw Damaged("it takes more from its stack than it put there");
        }

        return stack[^1];
    }

    private T Peek<T>(string expected)
        where T : class => Peek() as T ?? throw Damaged($"it adds to something that is not {expected}");

    private object? Pop()
    {
        object? top = Peek();
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    private object?[] PopLast(int count)
    {
        object?[] items = new object?[count];
        for (int i = count - 1; i >= 0; i--)
        {
            items[i] = Pop();
        }

        return items;
    }

    private object?[] PopToMark()
    {
        if (!marks.TryPop(out int mark))
        {
            throw Damaged("it looks for a mark that it never set");
        }

        object?[] items = [.. CollectionsMarshal.AsSpan(stack)[mark..]];
        stack.RemoveRange(mark, stack.Count - mark);
        return items;
    }

    private object? Remembered(uint place) =>
        memo.TryGetValue(place, out object? value) ? value : throw Damaged($"it recalls value {place}, which it never stored");

    private void PushInteger(uint length)
    {
        if (length > LongestInteger)
        {
            throw Damaged($"a whole number of {length} bytes");
        }

        BigInteger value = new(Bytes(length));
        Push(value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value);
    }

    private string Text(ulong length)
    {
        try
        {
            return Utf8.GetString(Bytes(length));
        }
        catch (DecoderFallbackException e)
        {
            throw new WeightsFileException($"{path}: the pickle is damaged: a text is not UTF-8", e);
        }
    }

    private string Line()
    {
        StringBuilder line = new();
        for (byte next = Byte(); next != '\n'; next = Byte())
        {
            line.Append((char)next);
            if (line.Length > LongestLine)
            {
                throw Damaged($"a name of more than {LongestLine} characters");
            }
        }

        return line.ToString();
    }

    private uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    private ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    private byte Byte()
    {
        int next = bytesLeft-- > 0 ? stream.ReadByte() : -1;
        return next >= 0 ? (byte)next : throw CutShort();
    }

    /// <summary>Looks at what is left before it makes room: a length is only a claim.</summary>
    private byte[] Bytes(ulong length)
    {
        if (length > (ulong)Math.Max(0, bytesLeft) || length > (ulong)(stream.Length - stream.Position))
        {
            throw CutShort();
        }

        bytesLeft -= (int)length;
        byte[] bytes = new byte[length];
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException)
        {
            throw CutShort();
        }

        return bytes;
    }

    private WeightsFileException CutShort() => Damaged(
        bytesLeft > 0 ? "it goes on beyond the end of the file, which is cut short" : $"it is longer than {MostBytes >> 20} MB");

    private WeightsFileException Damaged(string what) => new($"{path}: the pickle is damaged: {what}");
}
