using System.Runtime.InteropServices;
using LeafSeg.ModelTraining.Weights.PyTorch;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights;

/// <summary>Named tensors out of a file of any form that is known here. What form it is, its first bytes say, not its name.</summary>
internal sealed class WeightsFile : IDisposable
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    private WeightsFile(
        string path, WeightsForm form, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        Path = path;
        Form = form;
        Tensors = tensors;
        Metadata = metadata;
    }

    public string Path { get; }

    public WeightsForm Form { get; }

    /// <summary>By name, in the file's order.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>What a safetensors file or a model states about itself; other forms say nothing.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="WeightsFileException">Missing, cut short, damaged, refused or of no known form.</exception>
    public static WeightsFile Read(string path)
    {
        using FileStream file = Open(path);
        try
        {
            WeightsForm form = Recognise(file, path);
            switch (form)
            {
                case WeightsForm.Torch:
                    return new WeightsFile(path, form, TorchFile.Read(file, path), NoMetadata);
                case WeightsForm.Keras:
                    return new WeightsFile(path, form, KerasFile.Read(file, path), NoMetadata);
                case WeightsForm.Onnx:
                    (IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) = ModelFile.Read(file, path);
                    return new WeightsFile(path, form, tensors, metadata);
                default:
                    SafeTensorsFile safeTensors = SafeTensorsFile.Read(file, path);
                    return new WeightsFile(path, form, safeTensors.Tensors, safeTensors.Metadata);
            }
        }
        catch (Exception e) when (e is IOException or ExternalException)
        {
            throw new WeightsFileException($"{path}: cannot be read ({e.Message.Split('\n')[0]})", e);
        }
    }

    public void Dispose()
    {
        foreach (Tensor tensor in Tensors.Values)
        {
            tensor.Dispose();
        }
    }

    internal static FileStream Open(string path)
    {
        try
        {
            FileStream file = File.OpenRead(path);
            return file.CanSeek ? file : throw new WeightsFileException($"{path}: is a pipe or device, expected a file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsFileException($"{path}: cannot be read ({e.Message})", e);
        }
    }

    private static WeightsForm Recognise(FileStream file, string path)
    {
        byte[] start = new byte[9];
        int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        ReadOnlySpan<byte> head = start.AsSpan(0, length);
        return head switch
        {
            [(byte)'P', (byte)'K', ..] => WeightsForm.Torch,
            [0x80, >= 2 and <= 5, ..] => WeightsForm.Torch,
            [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => WeightsForm.Keras,
            [.., (byte)'{'] when length == start.Length => WeightsForm.SafeTensors,
            // An ONNX file begins with its version, a small number.
            [0x08, < 0x80, ..] => WeightsForm.Onnx,
            _ => throw new WeightsFileException(
                $"{path}: is no file of weights that is known here; expected .safetensors, .pth of PyTorch, .h5 of Keras or .onnx of leafseg-train export"),
        };
    }
}
