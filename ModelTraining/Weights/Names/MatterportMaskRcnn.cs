using System.Text.RegularExpressions;
using LeafSeg.ModelTraining.Networks;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights.Names;

/// <summary>
/// matterport's Mask R-CNN in Keras, whose COCO weights the described system started from. Keras has channels last, says
/// y before x, and keeps a convolution and its norm as two layers.
/// </summary>
internal sealed partial class MatterportMaskRcnn : WeightsOrigin
{
    private readonly string network;
    private readonly int[] depths;

    private MatterportMaskRcnn(WeightsFile file)
    {
        depths = ResNetKind.Depths(
            from name in file.Tensors.Keys
            let match = BlockName().Match(name.Split('/')[0])
            where match.Success
            select (Stage(match), Block(match)));
        network = ResNetKind.Name(bottleneck: true, depths);
    }

    public override string Description => $"matterport's Mask R-CNN with {network}";

    public override Conventions? Conventions => Networks.Conventions.Matterport;

    public override string? Backbone => Networks.Backbone.Names.Contains(network) ? network : null;

    public static MatterportMaskRcnn? Recognise(WeightsFile file) =>
        file.Form == WeightsForm.Keras && file.Tensors.Keys.Any(name => BlockName().IsMatch(name.Split('/')[0]))
            ? new MatterportMaskRcnn(file)
            : null;

    /// <param name="name">The layer, then the weight's name: conv1/conv1/kernel:0; a layer within a layer is the part before the last.</param>
    /// <param name="shape">In Keras' order.</param>
    public override Place Find(string name, long[] shape)
    {
        string[] parts = name.Split('/');
        string kind = parts[^1].Split(':')[0];
        string layer = parts[0] == "rpn_model" && parts.Length > 2 ? BuiltAgain().Replace(parts[^2], "") : parts[0];
        return (layer, kind) switch
        {
            (_, "gamma") => Norm(layer, "gamma"),
            (_, "beta") => Norm(layer, "beta"),
            (_, "moving_mean") => Norm(layer, "mean"),
            (_, "moving_variance") => Norm(layer, "variance"),
            ("mrcnn_class_logits", "kernel") => Place.OfClasses("boxHead.classes.weight", shape[^1], kernel => kernel.t()),
            ("mrcnn_class_logits", "bias") => Place.OfClasses("boxHead.classes.bias", shape[^1]),
            ("mrcnn_bbox_fc", "kernel") => Place.OfClasses("boxHead.deltas.weight", shape[^1] / 4, kernel => LeafDeltas(kernel.t())),
            ("mrcnn_bbox_fc", "bias") => Place.OfClasses("boxHead.deltas.bias", shape[^1] / 4, LeafDeltas),
            ("mrcnn_mask", "kernel") => Place.OfClasses("maskHead.logits.weight", shape[^1], kernel => ChannelsFirst(kernel).narrow(0, 1, 1)),
            ("mrcnn_mask", "bias") => Place.OfClasses("maskHead.logits.bias", shape[^1], bias => bias.narrow(0, 1, 1)),
            ("rpn_bbox_pred", "kernel") => Place.At("proposals.deltas.weight", kernel => XBeforeY(ChannelsFirst(kernel))),
            ("rpn_bbox_pred", "bias") => Place.At("proposals.deltas.bias", XBeforeY),
            (_, "kernel") when Convolution(layer) is { } ours => Place.At($"{ours}.weight", ChannelsFirst),
            (_, "bias") when Convolution(layer) is { } ours => Place.At($"{ours}.bias"),
            _ => Place.None,
        };
    }

    private string? Convolution(string layer) => layer switch
    {
        "conv1" => "backbone.stem",
        ['f', 'p', 'n', '_', 'c', >= '2' and <= '5' and var level, 'p', _] => $"pyramid.lateral.{level - '2'}",
        ['f', 'p', 'n', '_', 'p', >= '2' and <= '5' and var level] => $"pyramid.output.{level - '2'}",
        "rpn_conv_shared" => "proposals.hidden",
        "rpn_class_raw" => "proposals.objectness",
        "mrcnn_class_conv1" => "boxHead.first",
        "mrcnn_class_conv2" => "boxHead.second",
        ['m', 'r', 'c', 'n', 'n', '_', 'm', 'a', 's', 'k', '_', 'c', 'o', 'n', 'v', >= '1' and <= '4' and var place] =>
            $"maskHead.convolutions.{place - '1'}",
        "mrcnn_mask_deconv" => "maskHead.doubling",
        _ => BlockLayer(layer, "res"),
    };

    private Place Norm(string layer, string value)
    {
        string? ours = layer switch
        {
            "bn_conv1" => "backbone.stem",
            "mrcnn_class_bn1" => "boxHead.first",
            "mrcnn_class_bn2" => "boxHead.second",
            ['m', 'r', 'c', 'n', 'n', '_', 'm', 'a', 's', 'k', '_', 'b', 'n', >= '1' and <= '4' and var place] =>
                $"maskHead.convolutions.{place - '1'}",
            _ => BlockLayer(layer, "bn"),
        };
        return ours is null ? Place.None : Place.At($"{ours}.{value}");
    }

    /// <summary>res2a_branch2a and bn2a_branch2a: stage 2, block a, first convolution; branch 1 is the shortcut.</summary>
    private string? BlockLayer(string layer, string kind)
    {
        Match match = BlockName().Match(layer);
        if (!match.Success || match.Groups["kind"].Value != kind)
        {
            return null;
        }

        int place = depths.Take(Stage(match)).Sum() + Block(match);
        string branch = match.Groups["branch"].Value;
        return $"backbone.blocks.{place}.{(branch == "1" ? "shortcut" : $"path.{branch[1] - 'a'}")}";
    }

    /// <summary>Rows, columns, in, out to out, in, rows, columns; for a transposed convolution, which has out before in, to in, out.</summary>
    private static Tensor ChannelsFirst(Tensor kernel) => kernel.permute(3, 2, 0, 1);

    /// <summary>[2 x 4, ...], background and leaf, to the leaf's [4, ...].</summary>
    private static Tensor LeafDeltas(Tensor deltas) => XBeforeY(deltas.narrow(0, 4, 4));

    /// <summary>[N x 4, ...] of dy dx dh dw to dx dy dw dh.</summary>
    private static Tensor XBeforeY(Tensor deltas)
    {
        Tensor fours = deltas.reshape([-1, 4, .. deltas.shape[1..]]);
        return fours.index_select(1, tensor(new long[] { 1, 0, 3, 2 })).reshape(deltas.shape);
    }

    private static int Stage(Match match) => match.Groups["stage"].Value[0] - '2';

    private static int Block(Match match) => match.Groups["block"].Value[0] - 'a';

    [GeneratedRegex(@"^(?<kind>res|bn)(?<stage>[2-5])(?<block>[a-z])_branch(?<branch>1|2[abc])$")]
    private static partial Regex BlockName();

    /// <summary>Keras adds a number to the names of a network that is built a second time.</summary>
    [GeneratedRegex(@"_\d+$")]
    private static partial Regex BuiltAgain();
}
