using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights;

/// <summary>
/// The safetensors format (Hugging Face): eight bytes with the header's length, a JSON header that gives each
/// tensor's type, shape and place, then the bytes. Nothing in such a file can be executed.
/// </summary>
internal sealed class SafeTensorsFile
{
    private const int LongestHeader = 100 << 20;

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

    /// <summary>By name; whoever reads the file disposes them.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="WeightsFileException">The file is missing, cut short or not of this format.</exception>
    public static SafeTensorsFile Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsFileException($"{path}: cannot be read ({e.Message})", e);
        }

        if (bytes.Length < 8)
        {
            throw new WeightsFileException($"{path}: {bytes.Length} bytes, expected a safetensors file");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > LongestHeader || length > (ulong)(bytes.Length - 8))
        {
            throw new WeightsFileException(
                $"{path}: the header should be {length} bytes long, the file has {bytes.Length}; it is cut short or not a safetensors file");
        }

        int dataStart = 8 + (int)length;
        try
        {
            using JsonDocument header = JsonDocument.Parse(bytes.AsMemory(8, (int)length));
            Dictionary<string, Tensor> tensors = [];
            Dictionary<string, string> metadata = [];
            foreach (JsonProperty entry in header.RootElement.EnumerateObject())
            {
                if (entry.Name == "__metadata__")
                {
                    metadata = entry.Value.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString() ?? "");
                }
                else
                {
                    tensors.Add(entry.Name, ReadTensor(path, entry, bytes.AsSpan(dataStart)));
                }
            }

            return new SafeTensorsFile(tensors, metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new WeightsFileException($"{path}: the safetensors header cannot be understood ({e.Message})", e);
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

    private static Tensor ReadTensor(string path, JsonProperty entry, ReadOnlySpan<byte> data)
    {
        string type = entry.Value.GetProperty("dtype").GetString() ?? "";
        if (!TypeOf.TryGetValue(type, out ScalarType scalarType))
        {
            throw new WeightsFileException($"{path}: {entry.Name} has the type {type}, expected one of {string.Join(", ", TypeOf.Keys)}");
        }

        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];
        long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(n => n.GetInt64())];
        if (offsets is not [var first, var last] || first < 0 || last < first || last > data.Length)
        {
            throw new WeightsFileException($"{path}: {entry.Name} lies outside the file's {data.Length} bytes of data; the file is cut short");
        }

        Tensor tensor = empty(shape, scalarType);
        Span<byte> target = tensor.bytes;
        if (target.Length != last - first)
        {
            throw new WeightsFileException(
                $"{path}: {entry.Name} has {last - first} bytes, expected {target.Length} for {type} [{string.Join(", ", shape)}]");
        }

        data[(int)first..(int)last].CopyTo(target);
        return tensor;
    }
}
