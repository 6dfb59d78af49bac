using System.Numerics.Tensors;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelMetadata = LeafSeg.Common.Models.ModelMetadata;

namespace LeafSeg.Common.Segmentation;

/// <summary>
/// The contract of a model file, checked at both ends: the graph's signature when it is opened, the numbers at each run.
/// In: image uint8 [1, S, S, 3], or [1, H, W, 3] where the input is free. Out: boxes float32 [N, 4], scores float32 [N], masks float32 [N, M, M].
/// </summary>
internal static class ModelContract
{
    private const string Image = "image", Boxes = "boxes", Scores = "scores", Masks = "masks";
    private static readonly string[] Outputs = [Boxes, Scores, Masks];

    // A graph in half precision may leave 0..1 by a rounding.
    private const float Rounding = 1e-3f;

    public static void CheckSignature(InferenceSession session, ModelMetadata metadata, string file)
    {
        int size = metadata.Inputs is null ? metadata.InputSize : -1;
        int mask = metadata.MaskSize;
        if (session.InputMetadata.Count != 1)
        {
            throw WrongShape(file, $"inputs {string.Join(", ", session.InputMetadata.Keys)}", $"one input \"{Image}\"");
        }

        Check(file, session.InputMetadata, Image, TensorElementType.UInt8, [1, size, size, 3]);
        Check(file, session.OutputMetadata, Boxes, TensorElementType.Float, [-1, 4]);
        Check(file, session.OutputMetadata, Scores, TensorElementType.Float, [-1]);
        Check(file, session.OutputMetadata, Masks, TensorElementType.Float, [-1, mask, mask]);
    }

    /// <summary>Runs the model on its own input and checks the answer; boxes are in pixels of that input.</summary>
    /// <param name="session">A session whose signature was checked.</param>
    /// <param name="input">RGB, of a size that the metadata allows.</param>
    /// <param name="metadata">What the file states about itself.</param>
    /// <param name="file">What to call the model in an error.</param>
    public static IReadOnlyList<LeafInstance> Run(InferenceSession session, RgbImage input, ModelMetadata metadata, string file)
    {
        using OrtValue image = OrtValue.CreateTensorValueFromMemory(input.Pixels, [1, input.Height, input.Width, 3]);
        using RunOptions settings = new();
        using IDisposableReadOnlyCollection<OrtValue> answer = Run(session, settings, image, file);
        ReadOnlySpan<float> boxes = answer[0].GetTensorDataAsSpan<float>();
        ReadOnlySpan<float> scores = answer[1].GetTensorDataAsSpan<float>();
        ReadOnlySpan<float> masks = answer[2].GetTensorDataAsSpan<float>();

        int count = scores.Length;
        int cells = metadata.MaskSize * metadata.MaskSize;
        if (boxes.Length != count * 4 || masks.Length != count * cells)
        {
            throw WrongAnswer(file, $"{boxes.Length / 4.0} boxes, {count} scores and {masks.Length / (double)cells} masks", "as many of each");
        }

        if (count > metadata.MaxDetections)
        {
            throw WrongAnswer(file, $"{count} leaves", $"{metadata.MaxDetections} at most, as its metadata says");
        }

        RequireShares(file, Scores, scores);
        RequireShares(file, Masks, masks);
        LeafInstance[] leaves = new LeafInstance[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> box = boxes.Slice(i * 4, 4);
            if (!(float.IsFinite(TensorPrimitives.Sum(box)) && box[0] <= box[2] && box[1] <= box[3]))
            {
                throw WrongAnswer(file, $"box {i} is {box[0]}, {box[1]}, {box[2]}, {box[3]}", "x1, y1, x2, y2, finite and rising");
            }

            if (i > 0 && scores[i] > scores[i - 1])
            {
                throw WrongAnswer(file, $"score {i} is {scores[i]} after {scores[i - 1]}", "falling scores");
            }

            leaves[i] = new LeafInstance
            {
                Box = new Box(box[0], box[1], box[2], box[3]),
                Margin = metadata.MaskMargin,
                Score = Math.Clamp(scores[i], 0, 1),
                MaskSize = metadata.MaskSize,
                Mask = masks.Slice(i * cells, cells).ToArray(),
            };
        }

        return leaves;
    }

    private static IDisposableReadOnlyCollection<OrtValue> Run(InferenceSession session, RunOptions settings, OrtValue image, string file)
    {
        try
        {
            return session.Run(settings, [Image], [image], Outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFileException(ModelFault.Answer, $"{file}: the model opens but does not run ({e.Message})", e);
        }
    }

    private static void Check(
        string file, IReadOnlyDictionary<string, NodeMetadata> ends, string name, TensorElementType type, int[] shape)
    {
        string expected = $"\"{name}\" {type} {Text(shape)}";
        if (!ends.TryGetValue(name, out NodeMetadata? end))
        {
            throw WrongShape(file, string.Join(", ", ends.Keys.Select(key => $"\"{key}\"")), expected);
        }

        // The exporter leaves N open, and may leave M open too: -1 in the graph fits anything, each answer is checked again.
        bool fits = end.IsTensor && end.ElementDataType == type && end.Dimensions.Length == shape.Length
            && end.Dimensions.Zip(shape).All(pair => pair.First == pair.Second || (name != Image && (pair.First == -1 || pair.Second == -1)));
        if (!fits)
        {
            throw WrongShape(file, end.IsTensor ? $"\"{name}\" {end.ElementDataType} {Text(end.Dimensions)}" : $"\"{name}\", not a tensor", expected);
        }
    }

    private static void RequireShares(string file, string name, ReadOnlySpan<float> values)
    {
        if (values.Length > 0 && !(TensorPrimitives.Min(values) >= -Rounding && TensorPrimitives.Max(values) <= 1 + Rounding))
        {
            throw WrongAnswer(file, $"{name} from {TensorPrimitives.Min(values)} to {TensorPrimitives.Max(values)}", "numbers from 0 to 1");
        }
    }

    private static string Text(int[] shape) => $"[{string.Join(", ", shape.Select(length => length == -1 ? "N" : $"{length}"))}]";

    private static ModelFileException WrongShape(string file, string found, string expected) => new(ModelFault.Shape,
        $"{file}: breaks the model contract: found {found}, expected {expected}; export the model again with leafseg-train");

    private static ModelFileException WrongAnswer(string file, string found, string expected) => new(ModelFault.Answer,
        $"{file}: the model's answer breaks the contract: found {found}, expected {expected}; "
        + "try it on the processor (provider CPU): if that helps the accelerator is at fault, if not export the model again");
}
