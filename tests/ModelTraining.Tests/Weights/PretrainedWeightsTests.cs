using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Weights;
using LeafSeg.ModelTraining.Weights.Names;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Weights;

public sealed class PretrainedWeightsTests(TorchvisionFiles torchvision, KerasFiles keras)
    : IClassFixture<TorchvisionFiles>, IClassFixture<KerasFiles>
{
    private static readonly string[] ClassLayers =
    [
        "boxHead.classes.bias", "boxHead.classes.weight", "boxHead.deltas.bias", "boxHead.deltas.weight", "maskHead.logits.bias", "maskHead.logits.weight",
    ];

    private static readonly NetworkSettings TorchvisionSettings = new()
    {
        Backbone = "resnet50",
        Conventions = Conventions.Torchvision,
        InputSize = 64,
        PyramidWidth = 256,
        BoxHeadWidth = 1024,
        MaskHeadWidth = 256,
        AnchorSizes = [[32], [64], [128], [256], [512]],
    };

    private static readonly NetworkSettings MatterportSettings = TorchvisionSettings with
    {
        Backbone = "resnet101",
        Conventions = Conventions.Matterport,
        RpnWidth = 512,
    };

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    [InlineData("resnet101")]
    public void A_resnet_of_torchvision_gives_its_maps_here(string name)
    {
        (string weights, string maps) = torchvision.ResNet(name);
        using Backbone backbone = Backbone.Create(name);

        WeightsReport report = PretrainedWeights.Load(backbone, weights);

        Assert.Equal($"torchvision's {name}", report.Origin.Description);
        Assert.Empty(report.Missing);
        Assert.Equal(["fc.bias", "fc.weight"], report.LeftOut.Select(w => w.Theirs).Where(w => !w.EndsWith("num_batches_tracked", StringComparison.Ordinal)).Order());
        using WeightsFile expected = WeightsFile.Read(maps);
        using IDisposable noGradient = no_grad();
        Tensor[] actual = backbone.forward(expected.Tensors["x"])[1..];
        for (int i = 0; i < actual.Length; i++)
        {
            Tensor map = expected.Tensors[$"c{i + 2}"];
            float largest = map.abs().max().item<float>();
            Assert.InRange((actual[i] - map).abs().max().item<float>(), 0, 1e-4f * largest);
        }
    }

    [Fact]
    public void A_detector_of_two_classes_comes_along_whole_with_its_other_class_as_the_leaf()
    {
        using MaskRcnn network = new(TorchvisionSettings);

        WeightsReport report = PretrainedWeights.Load(network, torchvision.MaskRcnn(2));

        Assert.Equal("torchvision's Mask R-CNN with resnet50", report.Origin.Description);
        Assert.Empty(report.Missing);
        Assert.All(report.LeftOut, weight => Assert.EndsWith("num_batches_tracked", weight.Theirs, StringComparison.Ordinal));
        using WeightsFile file = WeightsFile.Read(torchvision.MaskRcnn(2));
        Dictionary<string, Tensor> ours = network.state_dict();
        AssertSame(file.Tensors["backbone.body.layer3.1.bn2.running_var"], ours["backbone.blocks.8.path.1.variance"]);
        AssertSame(file.Tensors["backbone.body.layer2.0.downsample.0.weight"], ours["backbone.blocks.3.shortcut.weight"]);
        AssertSame(file.Tensors["backbone.fpn.inner_blocks.3.0.weight"], ours["pyramid.lateral.3.weight"]);
        AssertSame(file.Tensors["backbone.fpn.layer_blocks.1.0.bias"], ours["pyramid.output.1.bias"]);
        AssertSame(file.Tensors["rpn.head.conv.0.0.weight"], ours["proposals.hidden.weight"]);
        AssertSame(file.Tensors["rpn.head.cls_logits.bias"], ours["proposals.objectness.bias"]);
        AssertSame(file.Tensors["rpn.head.bbox_pred.weight"], ours["proposals.deltas.weight"]);
        AssertSame(file.Tensors["roi_heads.box_head.fc7.weight"], ours["boxHead.second.weight"]);
        AssertSame(file.Tensors["roi_heads.box_predictor.cls_score.weight"], ours["boxHead.classes.weight"]);
        AssertSame(file.Tensors["roi_heads.box_predictor.bbox_pred.weight"][4..8], ours["boxHead.deltas.weight"]);
        AssertSame(file.Tensors["roi_heads.mask_head.2.0.weight"], ours["maskHead.convolutions.2.weight"]);
        AssertSame(file.Tensors["roi_heads.mask_predictor.conv5_mask.weight"], ours["maskHead.doubling.weight"]);
        AssertSame(file.Tensors["roi_heads.mask_predictor.mask_fcn_logits.bias"][1..2], ours["maskHead.logits.bias"]);
    }

    [Fact]
    public void A_detector_of_other_classes_keeps_all_but_its_class_layers()
    {
        using MaskRcnn network = new(TorchvisionSettings with { Conventions = Conventions.LeafSeg, AnchorSizes = [[8, 16], [32, 40], [64, 80], [128, 160], [256, 300]] });
        float[] before = network.state_dict()["boxHead.classes.weight"].ToArray();

        WeightsReport report = PretrainedWeights.Load(network, torchvision.MaskRcnn(91));

        Assert.Equal(
            [.. ClassLayers, "proposals.deltas.bias", "proposals.deltas.weight", "proposals.objectness.bias", "proposals.objectness.weight"],
            report.Missing.Order(StringComparer.Ordinal));
        Assert.Equal(6, report.LeftOut.Count(weight => weight.Why?.StartsWith("91 classes", StringComparison.Ordinal) == true));
        Assert.Equal(4, report.LeftOut.Count(weight => weight.Why?.Contains("anchors", StringComparison.Ordinal) == true));
        Assert.Equal(before, network.state_dict()["boxHead.classes.weight"].ToArray());
    }

    [Fact]
    public void Of_a_detector_with_heads_of_other_shapes_the_backbone_is_taken_when_asked_for()
    {
        using MaskRcnn network = new(new NetworkSettings { Backbone = "resnet50", InputSize = 64 });
        using WeightsFile file = WeightsFile.Read(torchvision.MaskRcnn(91));

        Assert.Contains("--backbone-only", Assert.Throws<WeightsFileException>(() => PretrainedWeights.Load(network, file)).Message, StringComparison.Ordinal);
        WeightsReport report = PretrainedWeights.LoadBackbone(network, file);

        Assert.Equal(network.Backbone.state_dict().Count, report.Matched.Count);
        Assert.DoesNotContain(report.Missing, name => name.StartsWith("backbone.", StringComparison.Ordinal));
    }

    [Fact]
    public void Matterport_s_weights_come_along_turned_into_our_order()
    {
        string path = keras.Full();
        using MaskRcnn network = new(MatterportSettings);

        WeightsReport report = PretrainedWeights.Load(network, path);

        Assert.Equal("matterport's Mask R-CNN with resnet101", report.Origin.Description);
        Assert.Equal(ClassLayers, report.Missing.Order(StringComparer.Ordinal));
        Assert.Equal(6, report.LeftOut.Count);
        Assert.All(report.LeftOut, weight => Assert.StartsWith("3 classes", weight.Why, StringComparison.Ordinal));
        using WeightsFile file = WeightsFile.Read(path);
        Dictionary<string, Tensor> ours = network.state_dict();
        AssertSame(file.Tensors["conv1/conv1/kernel:0"].permute(3, 2, 0, 1), ours["backbone.stem.weight"]);
        AssertSame(file.Tensors["bn4w_branch2b/bn4w_branch2b/moving_mean:0"], ours["backbone.blocks.29.path.1.mean"]);
        AssertSame(file.Tensors["res5a_branch1/res5a_branch1/bias:0"], ours["backbone.blocks.30.shortcut.bias"]);
        AssertSame(file.Tensors["fpn_c3p3/fpn_c3p3/bias:0"], ours["pyramid.lateral.1.bias"]);
        AssertSame(file.Tensors["fpn_p5/fpn_p5/bias:0"], ours["pyramid.output.3.bias"]);
        AssertSame(file.Tensors["rpn_model/rpn_class_raw/bias:0"], ours["proposals.objectness.bias"]);
        float[] deltas = file.Tensors["rpn_model/rpn_bbox_pred/bias:0"].ToArray();
        Assert.Equal([deltas[1], deltas[0], deltas[3], deltas[2], deltas[5], deltas[4]], ours["proposals.deltas.bias"].ToArray()[..6]);
        AssertSame(file.Tensors["mrcnn_class_conv1/mrcnn_class_conv1/kernel:0"][3, 5, 77], ours["boxHead.first.weight"][.., 77, 3, 5]);
        AssertSame(file.Tensors["mrcnn_mask_bn4/mrcnn_mask_bn4/gamma:0"], ours["maskHead.convolutions.3.gamma"]);
        AssertSame(file.Tensors["mrcnn_mask_deconv/mrcnn_mask_deconv/kernel:0"][1, 0, 9], ours["maskHead.doubling.weight"][.., 9, 1, 0]);
    }

    [Fact]
    public void Matterport_s_second_of_two_classes_is_the_leaf()
    {
        using WeightsFile file = WeightsFile.Read(keras.Small());
        WeightsOrigin origin = WeightsOrigin.Of(file);

        Place classes = origin.Find("mrcnn_class_logits/mrcnn_class_logits/kernel:0", [1024, 2]);
        Place deltas = origin.Find("mrcnn_bbox_fc/mrcnn_bbox_fc/bias:0", [8]);
        Place mask = origin.Find("mrcnn_mask/mrcnn_mask/kernel:0", [1, 1, 3, 2]);

        Assert.Equal([0f, 2, 1, 3], classes.Turn(arange(4, ScalarType.Float32).reshape(2, 2)).ToArray());
        Assert.Equal([5f, 4, 7, 6], deltas.Turn(arange(8, ScalarType.Float32)).ToArray());
        Assert.Equal([1f, 3, 5], mask.Turn(arange(6, ScalarType.Float32).reshape(1, 1, 3, 2)).ToArray());
        Assert.Equal("maskHead.logits.weight", mask.Name);
    }

    [Fact]
    public void A_keras_network_that_was_built_twice_has_the_same_places()
    {
        using WeightsFile plain = WeightsFile.Read(keras.Small());
        using WeightsFile renamed = WeightsFile.Read(keras.Small(renamed: true));

        Assert.Equal(Places(plain), Places(renamed));

        static IEnumerable<string?> Places(WeightsFile file)
        {
            WeightsOrigin origin = WeightsOrigin.Of(file);
            return file.Tensors.Select(pair => origin.Find(pair.Key, pair.Value.shape).Name);
        }
    }

    [Fact]
    public void A_backbone_without_biases_does_not_take_one_that_has_them()
    {
        using Backbone backbone = Backbone.Create("resnet101");

        WeightsFileException refusal =
            Assert.Throws<WeightsFileException>(() => PretrainedWeights.Load(backbone, keras.Full()));

        Assert.Contains("no place for backbone.stem.bias", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_backbone_s_file_is_refused_by_both_names()
    {
        using MaskRcnn network = new(new NetworkSettings { Backbone = "resnet101", InputSize = 64 });

        string message = Refusal(network, torchvision.ResNet("resnet50").Weights);

        Assert.Contains("torchvision's resnet50", message, StringComparison.Ordinal);
        Assert.Contains("expected those of resnet101", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matterport_s_resnet50_is_refused_for_its_resnet101()
    {
        string path = keras.Convert(
            keras.Small(), "resnet50.h5",
            """
            import h5py, sys
            with h5py.File(sys.argv[1]) as a, h5py.File(sys.argv[2], 'w') as b:
                names = [n for n in a.attrs['layer_names'] if n[2:4] not in [b'4' + bytes([c]) for c in range(ord('g'), ord('x'))]
                         and n[3:5] not in [b'4' + bytes([c]) for c in range(ord('g'), ord('x'))]]
                b.attrs['layer_names'] = names
                for n in names: a.copy(n.decode(), b)
            """);
        using MaskRcnn network = new(MatterportSettings);

        Assert.Contains("matterport's Mask R-CNN with resnet50", Refusal(network, path), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_other_widths_are_refused_and_change_nothing()
    {
        using MaskRcnn network = new(MatterportSettings);
        float[] before = network.state_dict()["backbone.stem.bias"].ToArray();

        string message = Refusal(network, keras.Small());

        Assert.Contains("another network", message, StringComparison.Ordinal);
        Assert.Contains("backbone.stem.weight", message, StringComparison.Ordinal);
        Assert.Equal(before, network.state_dict()["backbone.stem.bias"].ToArray());
    }

    [Fact]
    public void Weights_of_other_conventions_are_refused_with_the_setting_s_name()
    {
        using MaskRcnn ours = new(new NetworkSettings { Backbone = "resnet101", InputSize = 64 });
        using MaskRcnn matterport = new(MatterportSettings);

        Assert.Contains("Network:Conventions is LeafSeg, expected Matterport", Refusal(ours, keras.Small()), StringComparison.Ordinal);
        Assert.Contains("Network:Conventions is Matterport", Refusal(matterport, torchvision.ResNet("resnet101").Weights), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_lacks_a_part_of_the_backbone_is_refused()
    {
        using MaskRcnn network = new(new NetworkSettings { InputSize = 64 });

        string message = Refusal(network, Fixtures.Find("weights/sample-zip.pth"));

        Assert.Contains("efficientnet-lite0", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_no_known_network_is_refused()
    {
        using TemporaryFile file = new();
        SafeTensorsFile.Write(file.Path, new Dictionary<string, Tensor> { ["h.0.attn.weight"] = zeros(3) }, new Dictionary<string, string>());
        using MaskRcnn network = new(new NetworkSettings { InputSize = 64 });

        Assert.Contains("h.0.attn.weight", Refusal(network, file.Path), StringComparison.Ordinal);
    }

    private static string Refusal(MaskRcnn network, string path) =>
        Assert.Throws<WeightsFileException>(() => PretrainedWeights.Load(network, path)).Message;

    private static void AssertSame(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.equal(actual).all().item<bool>());
    }
}
