using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;
using LeafSeg.Common.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights;

/// <summary>
/// The safetensors format (Hugging Face): eight bytes with the header's length, a JSON header that gives each
/// tensor's type, shape and place, then the bytes. Nothing in such a file can be executed.
/// </summary>
internal sealed class SafeTensorsFile
{
    private const int LongestHeader = 100 << 20;
    private const int MostDimensions = 16;

    private static readonly Dictionary<string, ScalarType> TypeOf = new()
    {
        ["F64"] = ScalarType.Float64,
        ["F32"] = ScalarType.Float32,
        ["F16"] = ScalarType.Float16,
        ["BF16"] = ScalarType.BFloat16,
        ["I64"] = ScalarType.Int64,
        ["I32"] = ScalarType.Int32,
        ["I16"] = ScalarType.Int16,
        ["I8"] = ScalarType.Int8,
        ["U8"] = ScalarType.Byte,
        ["BOOL"] = ScalarType.Bool,
    };

    private SafeTensorsFile(Dictionary<string, Tensor> tensors, Dictionary<string, string> metadata)
    {
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>By name; the caller disposes them.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="WeightsFileException">The file is missing, cut short or not of this format.</exception>
    public static SafeTensorsFile Read(string path)
    {
        using FileStream file = WeightsFile.Open(path);
        return Read(file, path);
    }

    /// <inheritdoc cref="Read(string)"/>
    public static SafeTensorsFile Read(FileStream file, string path)
    {
        using DisposeScope scope = NewDisposeScope();
        try
        {
            using JsonDocument header = JsonDocument.Parse(ReadHeader(file, path));
            long dataStart = file.Position;
            long bytesLeft = file.Length - dataStart;
            Dictionary<string, Tensor> tensors = [];
            Dictionary<string, string> metadata = [];
            foreach (JsonProperty entry in header.RootElement.EnumerateObject())
            {
                if (entry.Name == "__metadata__")
                {
                    metadata = entry.Value.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString() ?? "");
                    continue;
                }

                Tensor tensor = ReadTensor(file, path, entry, dataStart, ref bytesLeft);
                if (!tensors.TryAdd(entry.Name, tensor))
                {
                    throw new WeightsFileException($"{path}: {Printable.Text(entry.Name)} is there twice");
                }
            }

            foreach (Tensor tensor in tensors.Values)
            {
                tensor.MoveToOuterDisposeScope();
            }

            return new SafeTensorsFile(tensors, metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new WeightsFileException($"{path}: the safetensors header cannot be understood ({e.Message})", e);
        }
        catch (IOException e)
        {
            throw new WeightsFileException($"{path}: cannot be read ({e.Message})", e);
        }
    }

    /// <summary>Writes the file whole or not at all: see <see cref="DurableFile"/>.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        List<byte[]> data = [];
        using MemoryStream headerBytes = new();
        using (Utf8JsonWriter header = new(headerBytes))
        {
            header.WriteStartObject();
            header.WriteStartObject("__metadata__");
            foreach ((string key, string value) in metadata)
            {
                header.WriteString(key, value);
            }

            header.WriteEndObject();
            long offset = 0;
            foreach ((string name, Tensor tensor) in tensors)
            {
                using Tensor contiguous = tensor.detach().cpu().contiguous();
                byte[] bytes = contiguous.bytes.ToArray();
                data.Add(bytes);
                header.WriteStartObject(name);
                header.WriteString("dtype", TypeOf.First(pair => pair.Value == tensor.dtype).Key);
                WriteNumbers(header, "shape", tensor.shape);
                WriteNumbers(header, "data_offsets", [offset, offset + bytes.Length]);
                header.WriteEndObject();
                offset += bytes.Length;
            }

            header.WriteEndObject();
        }

        DurableFile.Write(path, file =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)headerBytes.Length);
            file.Write(length);
            headerBytes.WriteTo(file);
            foreach (byte[] bytes in data)
            {
                file.Write(bytes);
            }
        });
    }

    private static void WriteNumbers(Utf8JsonWriter header, string name, long[] numbers)
    {
        header.WriteStartArray(name);
        foreach (long number in numbers)
        {
            header.WriteNumberValue(number);
        }

        header.WriteEndArray();
    }

    private static byte[] ReadHeader(FileStream file, string path)
    {
        Span<byte> start = stackalloc byte[8];
        if (file.ReadAtLeast(start, 8, throwOnEndOfStream: false) < 8)
        {
            throw new WeightsFileException($"{path}: {file.Length} bytes, expected a safetensors file");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > LongestHeader || length > (ulong)(file.Length - 8))
        {
            throw new WeightsFileException(
                $"{path}: the header should be {length} bytes long, the file has {file.Length}; it is cut short or not a safetensors file");
        }

        byte[] header = new byte[length];
        file.ReadExactly(header);
        return header;
    }

    /// <param name="file">Read at the tensor's place.</param>
    /// <param name="path">For messages.</param>
    /// <param name="entry">The tensor's name, type, shape and place.</param>
    /// <param name="dataStart">From which places count.</param>
    /// <param name="bytesLeft">Of the file's data; tensors do not overlap, so that together they are no more than the file.</param>
    private static Tensor ReadTensor(FileStream file, string path, JsonProperty entry, long dataStart, ref long bytesLeft)
    {
        string name = Printable.Text(entry.Name);
        string type = entry.Value.GetProperty("dtype").GetString() ?? "";
        if (!TypeOf.TryGetValue(type, out ScalarType scalarType))
        {
            throw new WeightsFileException(
                $"{path}: {name} has the type {Printable.Text(type)}, expected one of {string.Join(", ", TypeOf.Keys)}");
        }

        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];
        long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(n => n.GetInt64())];
        long length = file.Length - dataStart;
        if (offsets is not [var first, var last] || first < 0 || last < first || last > length || last - first > bytesLeft)
        {
            throw new WeightsFileException($"{path}: {name} lies outside the file's {length} bytes of data; the file is cut short");
        }

        BigInteger expected = shape.Aggregate(new BigInteger(scalarType.ElementSize()), (size, side) => size * side);
        if (expected != last - first || last - first > int.MaxValue || shape.Any(side => side < 0) || shape.Length > MostDimensions)
        {
            throw new WeightsFileException(
                $"{path}: {name} has {last - first} bytes, which is not {type} [{string.Join(", ", shape.Take(MostDimensions))}]");
        }

        bytesLeft -= last - first;
        Tensor tensor = empty(shape, scalarType);
        if (last > first)
        {
            file.Position = dataStart + first;
            file.ReadExactly(tensor.bytes);
        }

        return tensor;
    }
}
