using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Onnx;

/// <summary>
/// Weights of an untrained network that still behaves like a trained one: the signal keeps its size through any depth,
/// every norm has something to do, boxes move by a part of their size, and scores and masks lie on both sides of one half.
/// </summary>
internal static class RandomWeights
{
    public static void Fill(MaskRcnn network, ulong seed, Tensor picture)
    {
        using DisposeScope disposing = NewDisposeScope();
        using IDisposable fixedWeights = no_grad();
        using Generator random = new(seed);
        foreach ((_, TorchSharp.Modules.Parameter parameter) in network.named_parameters())
        {
            double inputs = parameter.dim() == 1 ? 100 : parameter.shape.Skip(1).Aggregate(1L, (a, b) => a * b);
            parameter.copy_(randn(parameter.shape, generator: random) * Math.Sqrt(1.5 / inputs));
        }

        foreach ((string name, Tensor buffer) in network.named_buffers())
        {
            bool positive = name.EndsWith("gamma", StringComparison.Ordinal) || name.EndsWith("variance", StringComparison.Ordinal);
            Tensor values = rand(buffer.shape, generator: random) - 0.5;
            buffer.copy_(positive ? values + 1 : values * 0.2);
        }

        Tensor[] features = network.Features(picture);
        for (int level = 0; level < 4; level++)
        {
            Scale(network, $"pyramid.output.{level}", features[level], 1);
        }

        features = network.Features(picture);
        RegionProposalNetwork.Output proposals = network.Proposals.forward(features);
        Scale(network, "proposals.objectness", proposals.Objectness, 1);
        Scale(network, "proposals.deltas", proposals.Deltas, 0.3);

        proposals = network.Proposals.forward(features);
        Box[] boxes = network.Proposals.Propose(proposals.Objectness.ToArray(), proposals.Deltas.ToArray(), 100, 100);
        RoiAlign.Region[] regions = [.. boxes.Select(box => new RoiAlign.Region(0, box))];
        BoxHead.Output classified = network.BoxHead.forward(network.PoolForBoxes(features, regions));
        Scale(network, "boxHead.classes", classified.Logits, 1);
        Scale(network, "boxHead.deltas", classified.Deltas, 0.5);
        Scale(network, "maskHead.logits", network.MaskHead.forward(network.PoolForMasks(features, regions)), 2);
    }

    /// <summary>Scales a layer so that what it gives has this deviation around zero.</summary>
    private static void Scale(MaskRcnn network, string layer, Tensor output, double deviation)
    {
        double factor = deviation / output.std().item<float>();
        Tensor bias = network.get_parameter($"{layer}.bias")!;
        Tensor mean = output.dim() == 2 && output.shape[1] == bias.shape[0] ? output.mean([0]) : output.mean();
        bias.sub_(mean).mul_(factor);
        network.get_parameter($"{layer}.weight")!.mul_(factor);
    }
}
