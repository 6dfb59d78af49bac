using System.Buffers.Binary;
using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights.PyTorch;

/// <summary>
/// A file of <c>torch.save</c>, in the form that PyTorch writes since 1.6 (a zip archive with a pickle and one entry
/// for each storage) or the one before (pickles one after the other, then the storages). The pickle is read by
/// <see cref="PickleReader"/>, which runs nothing.
/// </summary>
internal static class TorchFile
{
    private const int MostTensors = 100_000;
    private const string Program = "data.pkl";

    // PyTorch's own marks of the old form.
    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);
    private const long Protocol = 1001;

    // Where a training script keeps the network among other things.
    private static readonly string[] Networks = ["state_dict", "model_state_dict", "model"];

    /// <summary>Tensors by name, in the file's order; the caller disposes them.</summary>
    /// <exception cref="WeightsFileException">
    /// Not such a file, cut short or damaged, or it requests something beyond tensors and dictionaries.
    /// </exception>
    public static IReadOnlyDictionary<string, Tensor> Read(FileStream file, string path)
    {
        Span<byte> start = stackalloc byte[2];
        bool isZip = file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start.SequenceEqual("PK"u8);
        file.Position = 0;
        return isZip ? ReadZip(file, path) : ReadLegacy(file, path);
    }

    private static OrderedDictionary<string, Tensor> ReadZip(FileStream file, string path)
    {
        using StoredZip zip = new(file, path);
        string program = zip.Names.FirstOrDefault(name => name.EndsWith($"/{Program}", StringComparison.Ordinal))
            ?? throw new WeightsFileException($"{path}: is a zip archive without a {Program}, expected one that torch.save wrote");
        string folder = program[..^Program.Length];
        if (zip.Names.Contains($"{folder}byteorder"))
        {
            byte[] order = ReadEntry(zip, path, $"{folder}byteorder", longest: 16);
            RequireLittleEndian(path, !order.AsSpan().SequenceEqual("big"u8));
        }

        byte[] pickle = ReadEntry(zip, path, program, PickleReader.MostBytes);
        OrderedDictionary<string, TorchView> views = FindTensors(path, new PickleReader(new MemoryStream(pickle), path).Read());
        return Load(path, file.Length, views, storage =>
        {
            (Stream content, long length) = zip.Open($"{folder}data/{storage.Key}");
            return (content, length / storage.Type.ElementSize());
        });
    }

    private static byte[] ReadEntry(StoredZip zip, string path, string name, int longest)
    {
        (Stream content, long length) = zip.Open(name);
        if (length > longest)
        {
            throw new WeightsFileException($"{path}: the entry {Printable.Text(name)} has {length} bytes, expected at most {longest}");
        }

        byte[] bytes = new byte[length];
        using (content)
        {
            return content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length
                ? bytes
                : throw new WeightsFileException($"{path}: the entry {Printable.Text(name)} is cut short; the file is damaged");
        }
    }

    private static OrderedDictionary<string, Tensor> ReadLegacy(FileStream file, string path)
    {
        PickleReader pickles = new(file, path);
        object? magic = pickles.Read();
        if (magic is not BigInteger mark || mark != Magic || pickles.Read() is not Protocol)
        {
            throw new WeightsFileException($"{path}: is a pickle of something else, expected a file that torch.save wrote");
        }

        if (pickles.Read() is PickledDictionary system)
        {
            RequireLittleEndian(path, system.GetValueOrDefault("little_endian") is not false);
        }

        OrderedDictionary<string, TorchView> views = FindTensors(path, pickles.Read());
        if (pickles.Read() is not List<object?> keys || keys.Any(key => key is not string))
        {
            throw new WeightsFileException($"{path}: does not list its storages; it is cut short or damaged");
        }

        Dictionary<string, long> places = FindStorages(file, path, pickles.StorageTypes, keys.Cast<string>());
        return Load(path, file.Length, views, storage =>
        {
            if (!places.TryGetValue(storage.Key, out long place))
            {
                throw new WeightsFileException($"{path}: the values {Printable.Text(storage.Key)} are named and not there; the file is damaged");
            }

            file.Position = place;
            return (file, ReadCount(file, path));
        });
    }

    /// <summary>The storages of the old form follow each other, each after its count.</summary>
    private static Dictionary<string, long> FindStorages(
        FileStream file, string path, IReadOnlyDictionary<string, ScalarType> types, IEnumerable<string> keys)
    {
        Dictionary<string, long> places = new(StringComparer.Ordinal);
        foreach (string key in keys)
        {
            if (!types.TryGetValue(key, out ScalarType type))
            {
                throw new WeightsFileException($"{path}: the values {Printable.Text(key)} belong to no tensor; the file is damaged");
            }

            places[key] = file.Position;
            long count = ReadCount(file, path);
            if (count > (file.Length - file.Position) / type.ElementSize())
            {
                throw CutShort(path, key);
            }

            file.Position += count * type.ElementSize();
        }

        return places;
    }

    private static long ReadCount(FileStream file, string path)
    {
        Span<byte> count = stackalloc byte[8];
        return file.ReadAtLeast(count, 8, throwOnEndOfStream: false) == 8 && BinaryPrimitives.ReadInt64LittleEndian(count) is >= 0 and var found
            ? found
            : throw new WeightsFileException($"{path}: a storage has no size; the file is cut short or damaged");
    }

    private static OrderedDictionary<string, TorchView> FindTensors(string path, object? root)
    {
        PickledDictionary dictionary = root as PickledDictionary
            ?? throw new WeightsFileException($"{path}: holds no dictionary of tensors; save a network by torch.save(model.state_dict(), ...)");
        PickledDictionary network = Networks.Select(name => dictionary.GetValueOrDefault(name)).OfType<PickledDictionary>().FirstOrDefault()
            ?? dictionary;
        OrderedDictionary<string, TorchView> views = new(StringComparer.Ordinal);
        foreach ((string name, object? value) in network)
        {
            if (value is TorchView view)
            {
                views.Add(name, view);
            }
        }

        return views.Count is > 0 and <= MostTensors
            ? views
            : throw new WeightsFileException($"{path}: holds {views.Count} named tensors, expected 1 to {MostTensors}");
    }

    /// <summary>Reads each storage once and lets the tensors look at it.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="fileLength">In bytes.</param>
    /// <param name="views">What to make.</param>
    /// <param name="open">Where the storage's values are read from, and how many it has.</param>
    private static OrderedDictionary<string, Tensor> Load(
        string path, long fileLength, OrderedDictionary<string, TorchView> views, Func<TorchStorage, (Stream Content, long Count)> open)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> storages = new(StringComparer.Ordinal);
        OrderedDictionary<string, Tensor> tensors = new(views.Count, StringComparer.Ordinal);
        long bytesLeft = fileLength;
        foreach ((string name, TorchView view) in views)
        {
            TorchStorage storage = view.Storage;
            if (!storages.TryGetValue(storage.Key, out Tensor? values))
            {
                (Stream content, long count) = open(storage);
                // All storages together are no more than the file: entries that overlap would multiply it.
                if (count != storage.StoredCount || count > Math.Min(bytesLeft, int.MaxValue) / storage.Type.ElementSize())
                {
                    throw CutShort(path, storage.Key);
                }

                bytesLeft -= count * storage.Type.ElementSize();
                values = ReadValues(path, content, storage, count);
                storages.Add(storage.Key, values);
            }

            if (values.dtype != storage.Type || values.NumberOfElements != storage.StoredCount)
            {
                throw new WeightsFileException(
                    $"{path}: the values {Printable.Text(storage.Key)} are named with two types or sizes; the file is damaged");
            }

            tensors.Add(name, values.as_strided(view.Size, view.Stride, storage.First + view.Offset));
        }

        foreach (Tensor tensor in tensors.Values)
        {
            tensor.MoveToOuterDisposeScope();
        }

        return tensors;
    }

    private static Tensor ReadValues(string path, Stream content, TorchStorage storage, long count)
    {
        Tensor values = empty(count, storage.Type);
        if (count > 0)
        {
            Span<byte> bytes = values.bytes;
            if (content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            {
                throw CutShort(path, storage.Key);
            }
        }

        return values;
    }

    private static void RequireLittleEndian(string path, bool isLittleEndian)
    {
        if (!isLittleEndian)
        {
            throw new WeightsFileException($"{path}: was written on a big-endian machine, which is not supported");
        }
    }

    private static WeightsFileException CutShort(string path, string key) => new(
        $"{path}: the values {Printable.Text(key)} have another size than their tensors expect; the file is cut short or damaged");
}
