using System.IO.Compression;
using System.Text;
using CsCheck;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Weights;
using LeafSeg.ModelTraining.Weights.PyTorch;
using static LeafSeg.ModelTraining.Tests.Weights.Pickles;

namespace LeafSeg.ModelTraining.Tests.Weights;

/// <summary>Any content of a file of weights is read, or refused with <see cref="WeightsFileException"/>.</summary>
public class HostileFileTests
{
    private static readonly byte[] FourFloats = new byte[16];

    [Fact]
    public void The_files_of_these_tests_are_read_when_nothing_is_wrong_with_them()
    {
        byte[] program = StateDict(Tensor(Storage("0", 4), 1, [3], [1]));

        Assert.Null(Refusal(Legacy(program, ("0", 4, FourFloats))));
        Assert.Null(Refusal(Zip(program, entries: ("archive/data/0", FourFloats))));
    }

    [Theory]
    [InlineData("cos\nsystem\n", "os.system")]
    [InlineData("cbuiltins\neval\n", "builtins.eval")]
    [InlineData("ctorch\nload\n", "torch.load")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2.__globals__\n", "torch._utils._rebuild_tensor_v2.__globals__")]
    [InlineData("X\u0005\0\0\0posixX\u0006\0\0\0system\u0093", "posix.system")]
    [InlineData("(isubprocess\nPopen\n", "subprocess.Popen")]
    [InlineData("cnumpy.core.multiarray\n_reconstruct\n", "numpy.core.multiarray._reconstruct")]
    public void Whatever_is_not_in_the_allow_list_is_refused_by_its_name(string opcodes, string name)
    {
        byte[] program = Bytes(0x80, 2, opcodes, ")R.");

        Assert.Contains($"asks for {name}, which is refused", Refusal(Legacy(program)), StringComparison.Ordinal);
        Assert.Contains($"asks for {name}, which is refused", Refusal(Zip(program)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_cannot_write_to_the_terminal()
    {
        Assert.DoesNotContain('\e', Refusal(Legacy(Bytes(0x80, 2, "cos\n\e[2Jsystem\n.")))!);
    }

    [Theory]
    [InlineData("\u0081")] // NEWOBJ
    [InlineData("\u0082\u0001")] // EXT1
    [InlineData("o")] // OBJ
    [InlineData("P0\n")] // PERSID
    [InlineData("\u0097")] // NEXT_BUFFER
    public void Opcodes_that_make_objects_are_not_known(string opcode)
    {
        Assert.Contains("opcode", Refusal(Legacy(Bytes(0x80, 2, "(", opcode, "."))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tuple_that_doubles_itself_sixty_times_takes_no_room()
    {
        object[] doubling = [.. Enumerable.Range(0, 60).Select(_ => Bytes("q\0h\0", 0x86))];
        byte[] program = StateDict(Bytes(["K\u0001", .. doubling]));

        Assert.Contains("0 named tensors", Refusal(Legacy(program)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_without_end_is_stopped()
    {
        Assert.Contains("steps", Refusal(Legacy(Bytes(0x80, 2, new string('}', PickleReader.MostSteps), "."))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_list_turned_into_dictionaries_again_and_again_is_stopped()
    {
        string pairs = string.Concat(Enumerable.Repeat("h\0", 100_000));
        byte[] program = Bytes(
            0x80, 2, "](", Text("k"), "K\u0001eq\0](", pairs, "eq\u0001",
            string.Concat(Enumerable.Repeat("ccollections\nOrderedDict\nh\u0001\u0085R", 100)), ".");

        Assert.NotNull(Refusal(Legacy(program)));
    }

    [Theory]
    [InlineData("X")] // a text
    [InlineData("T")]
    [InlineData("B")]
    [InlineData("\u008b")] // a whole number
    public void A_length_beyond_the_file_takes_no_room(string opcode)
    {
        Assert.NotNull(Refusal(Legacy(Bytes(0x80, 2, opcode, UInt32(0x7fff_ffff), "abc."))));
    }

    [Theory]
    [InlineData("h\u0007")] // recalls what was never stored
    [InlineData("0")] // takes from an empty stack
    [InlineData("R")]
    [InlineData("t")] // no mark
    [InlineData("K\u0001s")]
    [InlineData("}(K\u0001u")] // a key without a value
    [InlineData("K\u0001(K\u0001e")] // appends to a number
    [InlineData("}(NNu")] // None for a key
    [InlineData("K\u0001Q")] // a storage that is a number
    [InlineData("K\u0001K\u0001R")] // calls a number
    [InlineData("K\u0001}b")]
    [InlineData("X\u0001\0\0\0\u00ff")] // no UTF-8
    [InlineData("\u0080\u0009")] // a protocol to come
    [InlineData("q")] // ends within
    public void A_program_that_makes_no_sense_is_refused(string opcodes)
    {
        Assert.NotNull(Refusal(Legacy(Bytes(0x80, 2, opcodes, "."))));
    }

    [Theory]
    [InlineData(4, 0, new long[] { 5 }, new long[] { 1 })]
    [InlineData(4, 1, new long[] { 4 }, new long[] { 1 })]
    [InlineData(4, 5, new long[] { 0 }, new long[] { 1 })]
    [InlineData(4, -1, new long[] { 1 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 2 }, new long[] { 4 })]
    [InlineData(4, 3, new long[] { 2 }, new long[] { -1 })]
    [InlineData(4, 0, new long[] { -2 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 1L << 62, 4 }, new long[] { 0, 1 })]
    [InlineData(4, 0, new long[] { 1_000_000 }, new long[] { 0 })]
    [InlineData(4, long.MaxValue, new long[] { 2 }, new long[] { long.MaxValue })]
    [InlineData(1L << 40, 0, new long[] { 1L << 40 }, new long[] { 1 })]
    [InlineData(1L << 62, 0, new long[] { 1 }, new long[] { 1 })]
    [InlineData(-4, 0, new long[] { 1 }, new long[] { 1 })]
    public void A_tensor_beyond_its_values_is_refused(long count, long offset, long[] size, long[] stride)
    {
        byte[] program = StateDict(Tensor(Storage("0", count), offset, size, stride));

        Assert.NotNull(Refusal(Legacy(program, ("0", count, FourFloats))));
        Assert.NotNull(Refusal(Zip(program, entries: ("archive/data/0", FourFloats))));
    }

    [Fact]
    public void A_tensor_of_a_thousand_dimensions_is_refused()
    {
        long[] ones = [.. Enumerable.Repeat(1L, 1000)];

        Assert.NotNull(Refusal(Legacy(StateDict(Tensor(Storage("0", 4), 0, ones, ones)), ("0", 4, FourFloats))));
    }

    [Theory]
    [InlineData(0, 4, true)]
    [InlineData(2, 2, true)]
    [InlineData(2, 3, false)]
    [InlineData(-1, 2, false)]
    [InlineData(long.MaxValue, 2, false)]
    public void A_part_of_a_storage_lies_inside_it(long first, long length, bool isRead)
    {
        byte[] part = Bytes("(", Text("view"), Number(first), Number(length), "t");
        byte[] file = Legacy(StateDict(Tensor(Storage("0", 4, part: part), 0, [length], [1])), ("0", 4, FourFloats));

        Assert.Equal(isRead, Refusal(file) is null);
    }

    [Fact]
    public void A_storage_that_is_not_there_or_has_another_size_is_refused()
    {
        byte[] program = StateDict(Tensor(Storage("0", 4), 0, [4], [1]));

        Assert.NotNull(Refusal(Legacy(program, ("1", 4, FourFloats))));
        Assert.NotNull(Refusal(Legacy(program, ("0", 3, FourFloats))));
        Assert.NotNull(Refusal(Legacy(program, ("0", -4, FourFloats))));
        Assert.NotNull(Refusal(Legacy(program, ("0", long.MaxValue, FourFloats))));
        Assert.NotNull(Refusal(Zip(program)));
        Assert.NotNull(Refusal(Zip(program, entries: ("archive/data/0", new byte[15]))));
    }

    [Fact]
    public void Values_of_two_types_are_refused()
    {
        byte[] program = Bytes(
            0x80, 2, "}", Text("a"), Tensor(Storage("0", 4), 0, [4], [1]), "s",
            Text("b"), Tensor(Storage("0", 4, "IntStorage"), 0, [4], [1]), "s.");

        Assert.NotNull(Refusal(Zip(program, entries: ("archive/data/0", FourFloats))));
    }

    [Fact]
    public void A_compressed_archive_is_refused_before_it_grows()
    {
        byte[] program = StateDict(Tensor(Storage("0", 1 << 20), 0, [1 << 20], [1]));

        string? refusal = Refusal(Zip(program, CompressionLevel.SmallestSize, ("archive/data/0", new byte[4 << 20])));

        Assert.Contains("compressed", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_whose_entries_lie_over_each_other_does_not_grow()
    {
        const int Copies = 50;
        byte[] values = new byte[1 << 16];
        byte[] program = Bytes(
        [
            0x80, 2, "}(",
            .. Enumerable.Range(10, Copies).SelectMany(i => new[] { Text($"t{i}"), Tensor(Storage($"{i}", 1 << 14), 0, [1 << 14], [1]) }),
            "u.",
        ]);
        byte[] zip = Zip(program, entries: [.. Enumerable.Range(10, Copies).Select(i => ($"archive/data/{i}", i == 10 ? values : []))]);
        OverlapEntries(zip, (uint)values.Length);

        Assert.Contains("another size", Refusal(zip), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    public void A_storage_s_name_is_never_a_path(string key)
    {
        byte[] program = StateDict(Tensor(Storage(key, 4), 0, [4], [1]));

        Assert.NotNull(Refusal(Zip(program, entries: ("archive/data/0", FourFloats))));
        Assert.Null(Refusal(Zip(program, entries: ($"archive/data/{key}", FourFloats))));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,16]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2,-2],"data_offsets":[0,16]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4,0],"data_offsets":[0,16]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[16,32]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""")]
    [InlineData("""{"a":{"dtype":"F99","shape":[4],"data_offsets":[0,16]}}""")]
    [InlineData("""{"a":{"dtype":7,"shape":[4],"data_offsets":[0,16]}}""")]
    [InlineData("""{"a":7}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e30],"data_offsets":[0,16]}}""")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""")]
    [InlineData("[]")]
    public void A_safetensors_header_that_lies_is_refused(string header)
    {
        using TemporaryFile file = new([.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), .. FourFloats]);

        Assert.Throws<WeightsFileException>(() => SafeTensorsFile.Read(file.Path));
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        Gen.Byte.Array[0, 200].Sample(bytes => _ = Refusal(bytes), iter: 1000);
        Gen.Byte.Array[0, 200].Sample(bytes => _ = Refusal(Legacy(bytes)), iter: 1000);
        Gen.Byte.Array[0, 200].Sample(bytes => _ = Refusal([.. "PK"u8, .. bytes]), iter: 500);
        Gen.Byte.Array[0, 200].Sample(bytes => _ = Refusal([.. BitConverter.GetBytes((long)bytes.Length + 1), (byte)'{', .. bytes]), iter: 500);
    }

    [Fact]
    public void Any_program_of_known_opcodes_is_read_or_refused()
    {
        string[] pieces =
        [
            "(", "0", "1", "2", "N", "\u0088", "K\u0003", "K\0", "]", "a", "e", ")", "t", "\u0085", "\u0086", "\u0087", "}", "s", "u", "b",
            "q\u0001", "h\u0001", "q\u0002", "h\u0002", "\u0094", "R", "Q", ".", "X\u0001\0\0\0k", "X\u0007\0\0\0storage",
            "ctorch\nFloatStorage\n", "ctorch._utils\n_rebuild_parameter\n", "ccollections\nOrderedDict\n", RebuildTensor,
            Encoding.Latin1.GetString(Storage("0", 4)), Encoding.Latin1.GetString(Tensor(Storage("0", 4), 0, [4], [1])),
        ];
        Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[0, 40].Sample(
            program =>
            {
                byte[] bytes = Bytes(0x80, 2, "}", Text("a"), string.Concat(program), "s.");
                _ = Refusal(Legacy(bytes, ("0", 4, FourFloats)));
                _ = Refusal(Zip(bytes, entries: ("archive/data/0", FourFloats)));
            },
            iter: 1500);
    }

    [Theory]
    [InlineData("sample-legacy.pth")]
    [InlineData("sample-zip.pth")]
    public void A_file_with_some_bytes_changed_is_read_or_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(Fixtures.Find($"weights/{name}"));
        int[] places = [.. Enumerable.Range(0, 4096), .. Enumerable.Range(whole.Length - 8192, 8192)];
        Gen.Select(Gen.Int[0, places.Length - 1].Select(i => places[i]), Gen.Byte).Array[1, 6].Sample(
            changes =>
            {
                byte[] changed = [.. whole];
                foreach ((int place, byte value) in changes)
                {
                    changed[place] = value;
                }

                _ = Refusal(changed);
            },
            iter: 1000);
    }

    /// <returns>Why the file is refused; null where it is read, all of it.</returns>
    private static string? Refusal(byte[] bytes)
    {
        using TemporaryFile temporary = new(bytes);
        try
        {
            using WeightsFile file = WeightsFile.Read(temporary.Path);
            Assert.All(file.Tensors.Values, tensor => tensor.contiguous().Dispose());
            return null;
        }
        catch (WeightsFileException e)
        {
            return e.Message;
        }
    }

    /// <summary>Every entry of data/ in the archive's directory points at the first of them.</summary>
    private static void OverlapEntries(byte[] zip, uint length)
    {
        uint? first = null;
        ReadOnlySpan<byte> signature = "PK\u0001\u0002"u8;
        for (int at = zip.AsSpan().IndexOf(signature); at >= 0;)
        {
            if (Encoding.Latin1.GetString(zip, at + 46, 13) == "archive/data/")
            {
                first ??= BitConverter.ToUInt32(zip, at + 42);
                BitConverter.TryWriteBytes(zip.AsSpan(at + 20), length);
                BitConverter.TryWriteBytes(zip.AsSpan(at + 24), length);
                BitConverter.TryWriteBytes(zip.AsSpan(at + 42), first.Value);
            }

            int next = zip.AsSpan(at + 4).IndexOf(signature);
            at = next < 0 ? -1 : at + 4 + next;
        }
    }
}
