using System.Text.RegularExpressions;

namespace LeafSeg.ModelTraining.Weights.Names;

/// <summary>
/// torchvision's <c>maskrcnn_resnet50_fpn</c> and what was trained from it. Its modules were wrapped once more in
/// torchvision 0.13, which changed their names; both are known.
/// </summary>
internal sealed partial class TorchvisionMaskRcnn : WeightsOrigin
{
    private const string Body = "backbone.body.";

    private readonly TorchvisionResNet body;
    private readonly string detector;

    private TorchvisionMaskRcnn(WeightsFile file, TorchvisionResNet body)
    {
        this.body = body;
        bool isSecondVersion = file.Tensors.ContainsKey("backbone.fpn.inner_blocks.0.1.weight");
        bool hasMasks = file.Tensors.Keys.Any(name => name.StartsWith("roi_heads.mask_predictor.", StringComparison.Ordinal));
        detector = (hasMasks ? "Mask R-CNN" : "detector without masks")
            + (isSecondVersion ? " of the second version (norms in pyramid and heads)" : "");
        Backbone = isSecondVersion ? null : body.Backbone;
    }

    public override string Description => $"torchvision's {detector} with {body.Network}";

    public override string? Backbone { get; }

    public static TorchvisionMaskRcnn? Recognise(WeightsFile file) =>
        TorchvisionResNet.Recognise(file, Body) is { } body ? new TorchvisionMaskRcnn(file, body) : null;

    public override Place Find(string name, long[] shape)
    {
        if (name.StartsWith(Body, StringComparison.Ordinal))
        {
            return body.Find(name[Body.Length..], shape);
        }

        Match match = LayerName().Match(name);
        if (!match.Success)
        {
            return Place.None;
        }

        string value = match.Groups["value"].Value;
        string index = match.Groups["index"].Value;
        return match.Groups["part"].Value switch
        {
            "backbone.fpn.inner_blocks" => Place.At($"pyramid.lateral.{index}.{value}"),
            "backbone.fpn.layer_blocks" => Place.At($"pyramid.output.{index}.{value}"),
            "rpn.head.conv" => Place.At($"proposals.hidden.{value}"),
            "rpn.head.cls_logits" => Place.At($"proposals.objectness.{value}"),
            "rpn.head.bbox_pred" => Place.At($"proposals.deltas.{value}"),
            "roi_heads.box_head.fc6" => Place.At($"boxHead.first.{value}"),
            "roi_heads.box_head.fc7" => Place.At($"boxHead.second.{value}"),
            "roi_heads.box_predictor.cls_score" => Place.OfClasses($"boxHead.classes.{value}", shape[0]),
            // Four deltas a class; the network's are the leaf's.
            "roi_heads.box_predictor.bbox_pred" => Place.OfClasses($"boxHead.deltas.{value}", shape[0] / 4, deltas => deltas.narrow(0, 4, 4)),
            "roi_heads.mask_head" => Place.At($"maskHead.convolutions.{index}.{value}"),
            "roi_heads.mask_head.mask_fcn" => Place.At($"maskHead.convolutions.{index[0] - '1'}.{value}"),
            "roi_heads.mask_predictor.conv5_mask" => Place.At($"maskHead.doubling.{value}"),
            "roi_heads.mask_predictor.mask_fcn_logits" => Place.OfClasses($"maskHead.logits.{value}", shape[0], masks => masks.narrow(0, 1, 1)),
            _ => Place.None,
        };
    }

    [GeneratedRegex(
        """
        ^(?: (?<part>backbone\.fpn\.(?:inner|layer)_blocks) \. (?<index>[0-3]) (?:\.0)?
           | (?<part>rpn\.head\.conv) (?:\.0\.0)?
           | (?<part>rpn\.head\.(?:cls_logits|bbox_pred))
           | (?<part>roi_heads\.box_head\.fc[67])
           | (?<part>roi_heads\.box_predictor\.(?:cls_score|bbox_pred))
           | (?<part>roi_heads\.mask_head) \. (?<index>[0-3]) \.0
           | (?<part>roi_heads\.mask_head\.mask_fcn) (?<index>[1-4])
           | (?<part>roi_heads\.mask_predictor\.(?:conv5_mask|mask_fcn_logits))
        ) \. (?<value>weight|bias) $
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex LayerName();
}
