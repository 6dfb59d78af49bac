using System.Numerics.Tensors;
using Google.Protobuf;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Onnx.Schema;
using Microsoft.ML.OnnxRuntime;

namespace LeafSeg.ModelTraining.Onnx.Quantisation;

/// <summary>Runs a model on pictures and finds the best grid for each of some values inside its graph.</summary>
internal static class Calibration
{
    /// <param name="model">In float32.</param>
    /// <param name="values">Names of float32 values of its graph.</param>
    /// <param name="pictures">How many there are.</param>
    /// <param name="read">[S * S * 3] RGB of one, letterboxed to the model's input; each is requested twice.</param>
    /// <param name="advance">Called after each picture, twice as often as there are pictures.</param>
    /// <param name="cancellation">Ends it between two pictures.</param>
    public static IReadOnlyDictionary<string, Grid> Run(
        ModelProto model, IEnumerable<string> values, int pictures, Func<int, RgbImage> read, Action advance, CancellationToken cancellation)
    {
        string[] names = [.. values];
        using InferenceSession session = new(WithOutputs(model, names).ToByteArray());
        (float Lowest, float Highest)[] ranges = new (float, float)[names.Length];
        ForEach((int value, ReadOnlySpan<float> numbers) =>
        {
            if (!numbers.IsEmpty)
            {
                ranges[value].Lowest = Math.Min(ranges[value].Lowest, TensorPrimitives.Min(numbers));
                ranges[value].Highest = Math.Max(ranges[value].Highest, TensorPrimitives.Max(numbers));
            }
        });

        Histogram[] histograms = [.. ranges.Select(range => new Histogram(range.Lowest, range.Highest))];
        ForEach((int value, ReadOnlySpan<float> numbers) => histograms[value].Add(numbers));
        return names.Zip(histograms).ToDictionary(pair => pair.First, pair => pair.Second.BestGrid());

        void ForEach(Look look)
        {
            for (int i = 0; i < pictures; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                RgbImage picture = read(i);
                using OrtValue image = OrtValue.CreateTensorValueFromMemory(picture.Pixels, [1, picture.Height, picture.Width, 3]);
                using RunOptions settings = new();
                using IDisposableReadOnlyCollection<OrtValue> answer = session.Run(settings, [model.Graph.Input[0].Name], [image], names);
                Parallel.For(0, names.Length, value => look(value, answer[value].GetTensorDataAsSpan<float>()));
                advance();
            }
        }
    }

    private static ModelProto WithOutputs(ModelProto model, IEnumerable<string> values)
    {
        ModelProto open = model.Clone();
        open.Graph.Output.Clear();
        open.Graph.Output.AddRange(values.Select(value => new ValueInfoProto
        {
            Name = value,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float } },
        }));
        return open;
    }

    private delegate void Look(int value, ReadOnlySpan<float> numbers);
}
