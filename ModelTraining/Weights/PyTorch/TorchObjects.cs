using System.Numerics;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights.PyTorch;

/// <summary>
/// The allow-list: all that a PyTorch file of weights may ask Python for, and what is made of it here. A name that
/// is not in this list ends the reading; names are compared, never looked up.
/// </summary>
internal static class TorchObjects
{
    private const int MostDimensions = 16;

    private static readonly Dictionary<string, object> Allowed = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = Function.OrderedDictionary,
        ["torch._utils._rebuild_tensor"] = Function.Tensor,
        ["torch._utils._rebuild_tensor_v2"] = Function.Tensor,
        ["torch._utils._rebuild_parameter"] = Function.Parameter,
        ["torch.DoubleStorage"] = ScalarType.Float64,
        ["torch.FloatStorage"] = ScalarType.Float32,
        ["torch.HalfStorage"] = ScalarType.Float16,
        ["torch.BFloat16Storage"] = ScalarType.BFloat16,
        ["torch.LongStorage"] = ScalarType.Int64,
        ["torch.IntStorage"] = ScalarType.Int32,
        ["torch.ShortStorage"] = ScalarType.Int16,
        ["torch.CharStorage"] = ScalarType.Int8,
        ["torch.ByteStorage"] = ScalarType.Byte,
        ["torch.BoolStorage"] = ScalarType.Bool,
    };

    private enum Function
    {
        OrderedDictionary,
        Tensor,
        Parameter,
    }

    /// <exception cref="WeightsFileException">The name is not in the list.</exception>
    public static object Find(string path, string module, string name) =>
        Allowed.TryGetValue($"{module}.{name}", out object? known) ? known : throw Refuse(path, module, name);

    public static WeightsFileException Refuse(string path, string module, string name) => new(
        $"{path}: asks for {Printable.Text($"{module}.{name}")}, which is refused: a file of weights needs tensors and dictionaries, "
        + "anything else could run a command. Nothing of the file was run. Where the file is your own, save it again by "
        + "torch.save(model.state_dict(), ...)");

    /// <summary>Calls one of the functions of the list.</summary>
    public static object? Call(string path, object? function, object? arguments) => (function, arguments) switch
    {
        (Function.OrderedDictionary, object?[] and []) => new PickledDictionary(),
        (Function.OrderedDictionary, object?[] and [List<object?> pairs]) => FromPairs(path, pairs),
        (Function.Tensor, object?[] and [TorchStorage storage, long offset, object?[] size, object?[] stride, ..]) =>
            View(path, storage, offset, size, stride),
        (Function.Parameter, object?[] and [TorchView view, ..]) => view,
        (Function, _) => throw Damaged(path, "a tensor or dictionary is made of something else than it should be"),
        _ => throw Damaged(path, "it calls something that is no function"),
    };

    /// <summary>What refers to the values of tensors: ('storage', type, key, place, count), in the old form also a part of them.</summary>
    public static TorchStorage Storage(string path, object? id)
    {
        if (id is not object?[] parts || parts is not ["storage", ScalarType type, string key, _, long count, ..] || count < 0)
        {
            throw Damaged(path, "the values of a tensor are not referred to as PyTorch does it");
        }

        return parts.Length > 5 && parts[5] is object?[] part
            ? Part(path, type, key, count, part)
            : new TorchStorage(type, key, count, First: 0, count);
    }

    private static TorchStorage Part(string path, ScalarType type, string key, long count, object?[] part) =>
        part is [_, long first, long length] && first >= 0 && length >= 0 && first <= count && length <= count - first
            ? new TorchStorage(type, key, count, first, length)
            : throw Damaged(path, $"a part of the values {Printable.Text(key)} lies outside of them");

    private static PickledDictionary FromPairs(string path, List<object?> pairs)
    {
        PickledDictionary result = [];
        foreach (object? pair in pairs)
        {
            (string key, object? value) = pair switch
            {
                List<object?> and [string k, var v] => (k, v),
                object?[] and [string k, var v] => (k, v),
                _ => throw Damaged(path, "a dictionary is not made of keys and values"),
            };
            result[key] = value;
        }

        return result;
    }

    private static TorchView View(string path, TorchStorage storage, long offset, object?[] sizes, object?[] strides)
    {
        if (sizes.Length != strides.Length || sizes.Length > MostDimensions
            || sizes.Any(n => n is not (long and >= 0)) || strides.Any(n => n is not (long and >= 0)) || offset < 0)
        {
            throw Damaged(path, $"a tensor has a size or stride that no tensor has (0 to {MostDimensions} dimensions, none negative)");
        }

        long[] size = [.. sizes.Cast<long>()];
        long[] stride = [.. strides.Cast<long>()];
        BigInteger values = BigInteger.One;
        BigInteger last = offset;
        for (int i = 0; i < size.Length; i++)
        {
            values *= size[i];
            last += new BigInteger(size[i] - 1) * stride[i];
        }

        // More values than are stored means that one is repeated, for which no weights have a use.
        if (offset > storage.Count || values > storage.Count || (!values.IsZero && last >= storage.Count))
        {
            throw Damaged(
                path, $"a tensor [{string.Join(", ", size)}] reaches beyond the {storage.Count} values of {Printable.Text(storage.Key)}");
        }

        return new TorchView(storage, offset, size, stride);
    }

    private static WeightsFileException Damaged(string path, string what) => new($"{path}: the pickle is damaged: {what}");
}
