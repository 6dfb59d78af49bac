using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Tests.Weights;
using LeafSeg.ModelTraining.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Parity;

/// <summary>
/// What matterport's layers answer under Keras' conventions, against the same weights here: a ResNet-50 with narrow heads by the
/// repository's own peer, and where they are beside the checkout the full ResNet-101's answers that Keras itself gave.
/// </summary>
public sealed class MatterportTests(KerasFiles files) : IClassFixture<KerasFiles>, IDisposable
{
    private const int InputSize = 128;
    private const double Tolerance = 1e-4;

    private static readonly Convention Convention = Convention.Of(Conventions.Matterport);

    private static readonly NetworkSettings Narrow = new()
    {
        Backbone = "resnet50",
        Conventions = Conventions.Matterport,
        InputSize = InputSize,
        PyramidWidth = 64,
        RpnWidth = 128,
        AnchorSizes = [[32], [64], [128], [256], [512]],
        CanonicalBoxSize = 224,
        CanonicalMaskSize = 224,
        BoxHeadWidth = 96,
        MaskHeadWidth = 64,
        MaskHeadLayers = 4,
    };

    private static readonly NetworkSettings Full =
        Narrow with { Backbone = "resnet101", PyramidWidth = 256, RpnWidth = 512, BoxHeadWidth = 1024, MaskHeadWidth = 256 };

    private readonly DisposeScope disposing = NewDisposeScope();
    private string answers = "";

    /// <summary>Ours, then those that Keras gave where they are there.</summary>
    public static TheoryData<bool> Origins => KerasFiles.Recorded is null ? [false] : [false, true];

    public void Dispose() => disposing.Dispose();

    [Theory]
    [MemberData(nameof(Origins))]
    public void Every_golden_of_Keras_is_met(bool recorded)
    {
        Take(recorded);
        using IDisposable noGradient = no_grad();
        string path = recorded ? files.RecordedWeights() : Path.Combine(answers, "weights.h5");
        using MaskRcnn network = new(recorded ? Full : Narrow);
        PretrainedWeights.Load(network, path);
        network.eval();

        Tensor[] features = RequireBackboneAndPyramid(network);
        RequireProposals(network, features);
        RequireHeads(network, path);
    }

    [Theory]
    [MemberData(nameof(Origins))]
    public void Pooling_reads_the_samples_of_crop_and_resize(bool recorded)
    {
        Take(recorded);
        Tensor[] pyramid = [.. Enumerable.Range(2, 4).Select(level => Map($"p{level}"))];
        float[] corners = Golden("crop_boxes").ToArray();
        int[] levels = Numpy.Integers(Path.Combine(Goldens, "crop_levels.npy"));
        foreach ((string golden, int size, int[] chosen) in new[] { ("crop7", 7, new[] { 0, 1, 2, 3, 4, 5 }), ("crop14", 14, new[] { 0, 3 }) })
        {
            Tensor[] pooled = [.. chosen.Select(i =>
            {
                // Steps that no box reaches, or every box: the level is given.
                float[] steps = [.. Enumerable.Range(3, 3).Select(level => level <= levels[i] ? 0 : float.PositiveInfinity)];
                return RoiAlign.Pool(pyramid, [new RoiAlign.Region(0, FromKeras(corners.AsSpan(i * 4, 4)))], size, steps, Convention.Sampling);
            })];
            Agreement.Require(Golden(golden).permute(0, 3, 1, 2), cat(pooled), Tolerance, golden);
        }
    }

    [Theory]
    [MemberData(nameof(Origins))]
    public void A_box_is_pooled_from_the_rounded_level(bool recorded)
    {
        Take(recorded);
        foreach (string[] row in File.ReadLines(Path.Combine(answers, "levels.tsv")).Skip(1).Select(line => line.Split('\t')))
        {
            int size = int.Parse(row[0], CultureInfo.InvariantCulture);
            Box box = new(0, 0, float.Parse(row[2], CultureInfo.InvariantCulture) * (size - 1), float.Parse(row[1], CultureInfo.InvariantCulture) * (size - 1));

            int level = 2 + Convention.AreaSteps(224, size, levels: 4).Count(step => box.Area >= step);

            Assert.True(row[3] == $"{level}", $"{string.Join(' ', row)}: {level}");
        }
    }

    private Tensor[] RequireBackboneAndPyramid(MaskRcnn network)
    {
        (long[] shape, byte[] pixels) = Numpy.Bytes(Path.Combine(Goldens, "image.npy"));
        ResNet backbone = (ResNet)network.Backbone;
        Tensor picture = backbone.Normalise(tensor(pixels, [1, .. shape]));
        Tensor[] maps = backbone.forward(picture);
        Agreement.Require(Map("c1"), backbone.Pool(maps[0]), Tolerance, "c1");
        for (int i = 1; i < maps.Length; i++)
        {
            Agreement.Require(Map($"c{i + 1}"), maps[i], Tolerance, $"c{i + 1}");
        }

        Tensor[] features = network.Pyramid.forward(maps);
        for (int i = 0; i < features.Length; i++)
        {
            Agreement.Require(Map($"p{i + 2}"), features[i], Tolerance, $"p{i + 2}");
        }

        return features;
    }

    private void RequireProposals(MaskRcnn network, Tensor[] features)
    {
        RegionProposalNetwork proposals = network.Proposals;
        RegionProposalNetwork.Output output = proposals.forward(features);
        int start = 0;
        for (int i = 0; i < features.Length; i++)
        {
            string level = $"p{i + 2}";
            Tensor pairs = proposals.Objectness.forward(proposals.Hidden.forward(features[i]).relu()).permute(0, 2, 3, 1).reshape(1, -1, 2);
            Agreement.Require(Golden($"rpn_logits_{level}"), pairs, Tolerance, $"rpn_logits_{level}");
            Tensor rows = arange(start, start + proposals.Anchors[i].Length, ScalarType.Int64);
            Tensor probability = output.Objectness.index_select(1, rows).sigmoid();
            Agreement.Require(Golden($"rpn_probs_{level}"), stack([1 - probability, probability], 2), Tolerance, $"rpn_probs_{level}");
            Agreement.Require(Golden($"rpn_deltas_{level}"), YBeforeX(output.Deltas.index_select(1, rows)), Tolerance, $"rpn_deltas_{level}");
            start += proposals.Anchors[i].Length;
        }

        Box[] anchors = [.. proposals.Anchors.SelectMany(anchor => anchor)];
        Agreement.Require(Golden("anchors"), Rows(anchors, 1), Tolerance, "anchors");
        float[] deltas = output.Deltas.ToArray();
        Box[] boxes = [.. anchors.Select((anchor, i) => BoxGeometry.Clip(
            Convention.ProposalCoder.Decode(Convention.ToInner(anchor), deltas.AsSpan(i * 4, 4)), InputShape.Square(InputSize), 1))];
        Agreement.Require(Golden("rpn_boxes"), Rows(boxes, InputSize - 1), Tolerance, "rpn_boxes");
    }

    /// <summary>The file has three classes and the network a leaf alone: each class is the leaf once.</summary>
    private void RequireHeads(MaskRcnn network, string path)
    {
        Tensor pooled = Golden("pooled7").squeeze(0).permute(0, 3, 1, 2).contiguous();
        Tensor pooledForMasks = Golden("pooled14").squeeze(0).permute(0, 3, 1, 2).contiguous();
        using WeightsFile file = WeightsFile.Read(path);
        Tensor Layer(string name) => file.Tensors[$"{name}:0"];
        Tensor[] logits = new Tensor[3];
        for (int leaf = 0; leaf < 3; leaf++)
        {
            Tensor both = tensor(new long[] { 0, leaf });
            network.BoxHead.Classes.weight.copy_(Layer("mrcnn_class_logits/mrcnn_class_logits/kernel").t().index_select(0, both));
            network.BoxHead.Classes.bias!.copy_(Layer("mrcnn_class_logits/mrcnn_class_logits/bias").index_select(0, both));
            network.BoxHead.Deltas.weight.copy_(XBeforeY(Layer("mrcnn_bbox_fc/mrcnn_bbox_fc/kernel").t().narrow(0, leaf * 4, 4)));
            network.BoxHead.Deltas.bias!.copy_(XBeforeY(Layer("mrcnn_bbox_fc/mrcnn_bbox_fc/bias").narrow(0, leaf * 4, 4)));
            network.MaskHead.Logits.weight.copy_(Layer("mrcnn_mask/mrcnn_mask/kernel").permute(3, 2, 0, 1).narrow(0, leaf, 1));
            network.MaskHead.Logits.bias!.copy_(Layer("mrcnn_mask/mrcnn_mask/bias").narrow(0, leaf, 1));

            BoxHead.Output output = network.BoxHead.forward(pooled);
            Tensor mask = network.MaskHead.forward(pooledForMasks).sigmoid();

            logits[leaf] = output.Logits.select(1, 1);
            Agreement.Require(Golden("class_deltas").select(2, leaf).squeeze(0), YBeforeX(output.Deltas), Tolerance, $"class_deltas, class {leaf}");
            Agreement.Require(Golden("mask").select(4, leaf).squeeze(0), mask, Tolerance, $"mask, class {leaf}");
        }

        Tensor all = stack(logits, 1).unsqueeze(0);
        Agreement.Require(Golden("class_logits"), all, Tolerance, "class_logits");
        Agreement.Require(Golden("class_probs"), all.softmax(2), Tolerance, "class_probs");
    }

    private string Goldens => Path.Combine(answers, "goldens");

    private void Take(bool recorded) => answers = recorded ? KerasFiles.Recorded! : files.Answers();

    private Tensor Golden(string name)
    {
        (long[] shape, float[] values) = Numpy.Floats(Path.Combine(Goldens, $"{name}.npy"));
        return tensor(values, shape);
    }

    /// <summary>[1, H, W, C] in the file, [1, C, H, W] here.</summary>
    private Tensor Map(string name) => Golden(name).permute(0, 3, 1, 2);

    private static Box FromKeras(ReadOnlySpan<float> corners)
    {
        const float Last = InputSize - 1;
        return new Box(corners[1] * Last, corners[0] * Last, corners[3] * Last, corners[2] * Last);
    }

    /// <summary>[N, 4] as y1 x1 y2 x2.</summary>
    private static Tensor Rows(IEnumerable<Box> boxes, float size) =>
        tensor(boxes.SelectMany(box => new[] { box.Y1 / size, box.X1 / size, box.Y2 / size, box.X2 / size }).ToArray()).view(-1, 4);

    private static Tensor XBeforeY(Tensor four) => four.index_select(0, tensor(new long[] { 1, 0, 3, 2 }));

    private static Tensor YBeforeX(Tensor deltas) => deltas.index_select(-1, tensor(new long[] { 1, 0, 3, 2 }));
}
