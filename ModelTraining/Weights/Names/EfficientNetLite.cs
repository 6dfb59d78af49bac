using System.Text.RegularExpressions;

namespace LeafSeg.ModelTraining.Weights.Names;

/// <summary>The published EfficientNet-Lite files (Tan and Le 2019, converted to PyTorch).</summary>
internal sealed partial class EfficientNetLite : WeightsOrigin
{
    private const int BlocksOfLite0 = 16;

    private readonly int blocks;
    private readonly bool isLite;

    private EfficientNetLite(WeightsFile file)
    {
        blocks = file.Tensors.Keys.Count(name => name.EndsWith("._project_conv.weight", StringComparison.Ordinal));
        isLite = !file.Tensors.Keys.Any(name => name.Contains("._se_", StringComparison.Ordinal));
    }

    public override string Description => isLite && blocks == BlocksOfLite0
        ? "EfficientNet-Lite0"
        : $"an EfficientNet of {blocks} blocks {(isLite ? "without" : "with")} squeeze-and-excitation (Lite0 has {BlocksOfLite0}, without)";

    public override string? Backbone => isLite && blocks == BlocksOfLite0 ? "efficientnet-lite0" : null;

    public static EfficientNetLite? Recognise(WeightsFile file) =>
        file.Tensors.ContainsKey("_conv_stem.weight") ? new EfficientNetLite(file) : null;

    public override Place Find(string name, long[] shape)
    {
        Match match = LayerName().Match(name);
        string published = match.Groups["layer"].Value;
        string? layer = (published, match.Groups["block"].Success) switch
        {
            ("_conv_stem" or "_bn0", false) => "stem",
            ("_expand_conv" or "_bn0", true) => "expand",
            ("_depthwise_conv" or "_bn1", true) => "depthwise",
            ("_project_conv" or "_bn2", true) => "project",
            _ => null,
        };
        string? value = NormNames.Ours(match.Groups["value"].Value, published.StartsWith("_bn", StringComparison.Ordinal));
        if (layer is null || value is null)
        {
            return Place.None;
        }

        string block = match.Groups["block"].Success ? $"blocks.{match.Groups["block"].Value}." : "";
        return Place.At($"backbone.{block}{layer}.{value}");
    }

    [GeneratedRegex(@"^(?:_blocks\.(?<block>\d+)\.)?(?<layer>_\w+)\.(?<value>\w+)$")]
    private static partial Regex LayerName();
}
