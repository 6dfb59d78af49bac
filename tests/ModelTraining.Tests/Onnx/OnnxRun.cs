using Google.Protobuf;
using LeafSeg.ModelTraining.Onnx;
using LeafSeg.ModelTraining.Onnx.Schema;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Onnx;

/// <summary>Runs a small graph through ONNX Runtime and gives its answer back as float tensors.</summary>
internal static class OnnxRun
{
    public static Tensor Single(Func<OnnxGraph, OnnxValue[], OnnxValue> write, params Tensor[] inputs) =>
        Run((g, x) => [write(g, x)], inputs)[0];

    public static Tensor[] Run(Func<OnnxGraph, OnnxValue[], OnnxValue[]> write, params Tensor[] inputs)
    {
        OnnxGraph graph = new("test");
        OnnxValue[] values = [.. inputs.Select((tensor, i) => graph.Input($"in{i}", TypeOf(tensor), AnyShape(tensor, i)))];
        OnnxValue[] outputs = write(graph, values);
        for (int i = 0; i < outputs.Length; i++)
        {
            graph.Output($"out{i}", graph.Cast(outputs[i], TensorProto.Types.DataType.Float), TensorProto.Types.DataType.Float, []);
        }

        using SessionOptions options = new() { IntraOpNumThreads = 1 };
        using InferenceSession session = new(WithoutOutputShapes(graph.ToModel([])), options);
        return Run(session, inputs);
    }

    private static Tensor[] Run(InferenceSession session, Tensor[] inputs)
    {
        List<OrtValue> values = [];
        try
        {
            values.AddRange(inputs.Select(ToOrt));
            using RunOptions options = new();
            using IDisposableReadOnlyCollection<OrtValue> answers = session.Run(
                options, [.. inputs.Select((_, i) => $"in{i}")], values, session.OutputNames);
            return [.. answers.Select(answer => tensor(
                answer.GetTensorDataAsSpan<float>().ToArray(), answer.GetTensorTypeAndShape().Shape))];
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    private static OrtValue ToOrt(Tensor input)
    {
        using Tensor whole = input.contiguous();
        return input.dtype switch
        {
            ScalarType.Float32 => OrtValue.CreateTensorValueFromMemory(whole.Elements<float>(), input.shape),
            ScalarType.Int64 => OrtValue.CreateTensorValueFromMemory(whole.Elements<long>(), input.shape),
            ScalarType.Byte => OrtValue.CreateTensorValueFromMemory(whole.Elements<byte>(), input.shape),
            _ => throw new NotSupportedException($"{input.dtype}"),
        };
    }

    private static TensorProto.Types.DataType TypeOf(Tensor input) => input.dtype switch
    {
        ScalarType.Float32 => TensorProto.Types.DataType.Float,
        ScalarType.Int64 => TensorProto.Types.DataType.Int64,
        ScalarType.Byte => TensorProto.Types.DataType.Uint8,
        _ => throw new NotSupportedException($"{input.dtype}"),
    };

    // The first dimension is left open, as the number of boxes is in the real file.
    private static OnnxDimension[] AnyShape(Tensor input, int index) =>
        [.. input.shape.Select((size, d) => d == 0 && input.dim() < 4 ? (OnnxDimension)$"n{index}" : size)];

    private static byte[] WithoutOutputShapes(byte[] model)
    {
        ModelProto parsed = ModelProto.Parser.ParseFrom(model);
        foreach (ValueInfoProto output in parsed.Graph.Output)
        {
            output.Type.TensorType.Shape = null;
        }

        return parsed.ToByteArray();
    }
}
