using System.Runtime.InteropServices;
using LeafSeg.ModelTraining.Native;
using PureHDF;
using PureHDF.VOL.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights;

/// <summary>
/// Weights in HDF5 as Keras 2 saves them: the root names its layers, each layer's group its weights, and a weight is a
/// dataset below that group. A whole saved model has all this in the group <c>model_weights</c>.
/// </summary>
internal static class KerasFile
{
    private const string Layers = "layer_names";
    private const string Weights = "weight_names";
    private const string WholeModel = "model_weights";
    private const ulong LongestAttribute = 4 << 20;
    private const int MostDimensions = 4;

    /// <summary>
    /// Tensors in Keras' own order of dimensions, named <c>layer/weight</c>, such as <c>conv1/conv1/kernel:0</c>; the caller that
    /// reads the file disposes them.
    /// </summary>
    /// <exception cref="WeightsFileException">Not such a file, cut short or damaged.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(FileStream file, string path)
    {
        // The HDF5 reader follows null references in a damaged file.
        using SignalStack room = new();
        try
        {
            using NativeFile hdf = H5File.Open(file, leaveOpen: true);
            return ReadLayers(hdf, file.Length, path);
        }
#pragma warning disable CA1031 // A damaged file takes the HDF5 reader anywhere: whatever it throws then, the file is the cause.
        catch (Exception e) when (e is not WeightsFileException)
#pragma warning restore CA1031
        {
            throw new WeightsFileException($"{path}: the HDF5 file is cut short or damaged ({e.Message.Split('\n')[0]})", e);
        }
    }

    private static OrderedDictionary<string, Tensor> ReadLayers(NativeFile hdf, long length, string path)
    {
        IH5Group root = hdf.LinkExists(WholeModel) ? hdf.Group(WholeModel) : hdf;
        if (!root.AttributeExists(Layers))
        {
            throw new WeightsFileException(
                $"{path}: is an HDF5 file without the attribute {Layers}; expected weights as Keras 2 saves them (save_weights or save, .h5)");
        }

        using DisposeScope scope = NewDisposeScope();
        OrderedDictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        long bytesLeft = length;
        foreach (string layer in Strings(root, Layers, path))
        {
            IH5Group group = root.Group(layer);
            foreach (string weight in Strings(group, Weights, path))
            {
                string name = $"{layer}/{weight}";
                if (!tensors.TryAdd(name, ReadTensor(group.Dataset(weight), name, ref bytesLeft, path)))
                {
                    throw new WeightsFileException($"{path}: {Printable.Text(name)} is there twice");
                }
            }
        }

        foreach (Tensor tensor in tensors.Values)
        {
            tensor.MoveToOuterDisposeScope();
        }

        return tensors;
    }

    /// <summary>Strings of a fixed or a variable length; a layer without weights has an empty array of numbers instead.</summary>
    private static string[] Strings(IH5Group group, string attribute, string path)
    {
        if (!group.AttributeExists(attribute))
        {
            return [];
        }

        IH5Attribute value = group.Attribute(attribute);
        ulong[] dimensions = value.Space.Dimensions;
        if (dimensions.Contains(0UL))
        {
            return [];
        }

        if (value.Type.Class is not (H5DataTypeClass.String or H5DataTypeClass.VariableLength)
            || dimensions is not [< LongestAttribute and var count] || count * (ulong)value.Type.Size > LongestAttribute)
        {
            throw new WeightsFileException($"{path}: the attribute {attribute} is no list of names; the file is damaged or of another program");
        }

        return [.. value.Read<string[]>().Select(text => text.TrimEnd('\0'))];
    }

    /// <param name="dataset">To read.</param>
    /// <param name="name">For messages.</param>
    /// <param name="bytesLeft">Of the file: Keras does not compress, so that all tensors together are no more than that.</param>
    /// <param name="path">For messages.</param>
    private static Tensor ReadTensor(IH5Dataset dataset, string name, ref long bytesLeft, string path)
    {
        if (dataset.Type.Class != H5DataTypeClass.FloatingPoint || dataset.Type.Size != sizeof(float))
        {
            throw new WeightsFileException($"{path}: {Printable.Text(name)} is {dataset.Type.Class} of {dataset.Type.Size} bytes, expected float32");
        }

        ulong[] dimensions = dataset.Space.Dimensions;
        UInt128 bytes = dimensions.Take(MostDimensions).Aggregate((UInt128)sizeof(float), (size, side) => size * Math.Min(side, 1UL << 40));
        if (dimensions.Length > MostDimensions || bytes > (UInt128)bytesLeft || bytes > int.MaxValue)
        {
            throw new WeightsFileException(
                $"{path}: {Printable.Text(name)} [{string.Join(", ", dimensions.Take(MostDimensions))}] is larger than the file, which is damaged");
        }

        bytesLeft -= (long)bytes;
        Tensor tensor = empty([.. dimensions.Select(side => (long)side)]);
        if (bytes > 0)
        {
            float[] values = dataset.Read<float[]>();
            MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(tensor.bytes);
        }

        return tensor;
    }
}
