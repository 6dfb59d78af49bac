using System.Globalization;
using System.Text.RegularExpressions;

namespace LeafSeg.ModelTraining.Weights.Names;

/// <summary>torchvision's ResNets as they classify ImageNet: the backbone and a classifier.</summary>
internal sealed partial class TorchvisionResNet : WeightsOrigin
{
    private readonly int[] depths;
    private readonly bool hasUsualWidths;

    private TorchvisionResNet(WeightsFile file, string prefix)
    {
        depths = ResNetKind.Depths(
            from name in file.Tensors.Keys
            where name.StartsWith(prefix, StringComparison.Ordinal)
            let match = BlockName().Match(name[prefix.Length..])
            where match.Success
            select (Stage(match), Block(match)));
        bool isBottleneck = file.Tensors.ContainsKey($"{prefix}layer1.0.conv3.weight");
        hasUsualWidths = file.Tensors.TryGetValue($"{prefix}layer1.0.conv2.weight", out TorchSharp.torch.Tensor? inner)
            && inner.shape is [64, 64, 3, 3];
        Network = ResNetKind.Name(isBottleneck, depths);
    }

    /// <summary>Its published name, such as resnet50.</summary>
    public string Network { get; }

    public override string Description => hasUsualWidths ? $"torchvision's {Network}" : $"a wide ResNet or ResNeXt with the blocks of {Network}";

    public override string? Backbone => hasUsualWidths && Networks.Backbone.Names.Contains(Network) ? Network : null;

    public static TorchvisionResNet? Recognise(WeightsFile file) => Recognise(file, prefix: "");

    /// <param name="file">To look at.</param>
    /// <param name="prefix">Before the names of a backbone within a larger network.</param>
    public static TorchvisionResNet? Recognise(WeightsFile file, string prefix) =>
        file.Tensors.ContainsKey($"{prefix}conv1.weight") && file.Tensors.ContainsKey($"{prefix}layer1.0.conv1.weight")
            ? new TorchvisionResNet(file, prefix)
            : null;

    public override Place Find(string name, long[] shape)
    {
        Match stem = StemName().Match(name);
        if (stem.Success)
        {
            return Layer("stem", stem);
        }

        Match block = BlockName().Match(name);
        if (!block.Success)
        {
            return Place.None;
        }

        int place = depths.Take(Stage(block)).Sum() + Block(block);
        string layer = block.Groups["layer"].Value switch
        {
            "downsample.0" or "downsample.1" => "shortcut",
            var path => $"path.{path[^1] - '1'}",
        };
        return Layer($"blocks.{place}.{layer}", block);
    }

    private static Place Layer(string layer, Match match)
    {
        bool isNorm = match.Groups["layer"].Value is var name && (name.StartsWith("bn", StringComparison.Ordinal) || name == "downsample.1");
        return NormNames.Ours(match.Groups["value"].Value, isNorm) is { } value ? Place.At($"backbone.{layer}.{value}") : Place.None;
    }

    private static int Stage(Match match) => match.Groups["stage"].Value[0] - '1';

    private static int Block(Match match) => int.Parse(match.Groups["block"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<layer>conv1|bn1)\.(?<value>\w+)$")]
    private static partial Regex StemName();

    [GeneratedRegex(@"^layer(?<stage>[1-4])\.(?<block>\d{1,3})\.(?<layer>conv[1-3]|bn[1-3]|downsample\.[01])\.(?<value>\w+)$")]
    private static partial Regex BlockName();
}
