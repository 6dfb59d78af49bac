using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Networks;

public class EfficientNetLite0Tests
{
    private static readonly string Lite0 = PretrainedFiles.Find("efficientnet-lite0")!;

    public static TheoryData<string> Goldens => [.. Fixtures.All("weights")];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Every_map_equals_the_reference_network_s(string folder)
    {
        using EfficientNetLite0 backbone = new();
        PretrainedWeights.Load(backbone, Lite0);
        (long[] shape, byte[] pixels) = Numpy.Bytes(Path.Combine(folder, "golden_image.npy"));

        using IDisposable noGradient = no_grad();
        Tensor[] maps = backbone.forward(backbone.Normalise(tensor(pixels, [1, .. shape])));

        string[] names = ["golden_c2.npy", "golden_c3.npy", "golden_c4.npy", "golden_c5.npy", "golden_logits.npy"];
        Tensor logits = Classify(maps[^1], Lite0);
        foreach ((Tensor map, string name) in maps.Skip(1).Append(logits).Zip(names))
        {
            float[] expected = Numpy.Floats(Path.Combine(folder, name)).Values;
            float[] actual = map.ToArray();
            float largest = expected.Max(Math.Abs);
            float difference = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
            Assert.Equal(expected.Length, actual.Length);
            Assert.True(difference <= 1e-3f * largest, $"{name}: {difference} off, {largest} is the largest value");
        }
    }

    /// <summary>The classifier behind C5, which a detector has no use for: 1x1 to 1280, mean over the map, 1000 classes.</summary>
    private static Tensor Classify(Tensor map, string path)
    {
        IReadOnlyDictionary<string, Tensor> file = SafeTensorsFile.Read(path).Tensors;
        Tensor x = nn.functional.conv2d(map, file["_conv_head.weight"]);
        x = nn.functional.batch_norm(x, file["_bn1.running_mean"], file["_bn1.running_var"], file["_bn1.weight"], file["_bn1.bias"], eps: 1e-3);
        return nn.functional.linear(nn.functional.relu6(x).mean([2, 3]), file["_fc.weight"], file["_fc.bias"]);
    }

    [Fact]
    public void Weights_of_another_network_are_refused()
    {
        using Backbone backbone = Backbone.Create("resnet18");

        WeightsFileException refusal = Assert.Throws<WeightsFileException>(() => PretrainedWeights.Load(backbone, Lite0));

        Assert.Contains("another network", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("efficientnet-lite0")]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    [InlineData("resnet101")]
    public void Every_backbone_gives_five_maps_at_strides_2_to_32(string name)
    {
        using Backbone backbone = Backbone.Create(name);
        using IDisposable noGradient = no_grad();

        Tensor[] maps = backbone.forward(backbone.Normalise(zeros([1, 64, 64, 3], ScalarType.Byte)));

        Assert.Equal(5, maps.Length);
        for (int i = 0; i < maps.Length; i++)
        {
            Assert.Equal([1, backbone.Widths[i], 64 / (2 << i), 64 / (2 << i)], maps[i].shape);
        }
    }
}
