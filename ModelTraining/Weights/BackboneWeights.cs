using System.Text.RegularExpressions;
using LeafSeg.ModelTraining.Networks;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights;

/// <summary>
/// Brings pretrained weights into a backbone. The file's names are translated, every tensor of the backbone has
/// to be there in its shape, and what the file has beyond that (a classifier) is reported.
/// </summary>
internal static partial class BackboneWeights
{
    /// <returns>Names in the file that the backbone has no use for.</returns>
    /// <exception cref="WeightsFileException">A tensor is missing or has another shape: the file is of another network.</exception>
    public static IReadOnlyList<string> Load(Backbone backbone, string path)
    {
        SafeTensorsFile file = SafeTensorsFile.Read(path);
        Dictionary<string, Tensor> wanted = backbone.state_dict();
        List<string> unused = [];
        HashSet<string> found = [];
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor value) in file.Tensors)
        {
            using Tensor source = value;
            if (Translate(backbone, name) is not { } place || !wanted.TryGetValue(place, out Tensor? target))
            {
                unused.Add(name);
                continue;
            }

            if (!source.shape.SequenceEqual(target.shape))
            {
                throw new WeightsFileException(
                    $"{path}: {name} is [{string.Join(", ", source.shape)}], {backbone.GetName()} expects "
                    + $"[{string.Join(", ", target.shape)}]; these are the weights of another network");
            }

            target.copy_(source);
            found.Add(place);
        }

        string[] missing = [.. wanted.Keys.Where(name => !found.Contains(name))];
        if (missing.Length > 0)
        {
            throw new WeightsFileException(
                $"{path}: {missing.Length} of {wanted.Count} tensors of {backbone.GetName()} are not in the file, "
                + $"{missing[0]} first; these are the weights of another network");
        }

        return unused;
    }

    private static string? Translate(Backbone backbone, string name) =>
        backbone is EfficientNetLite0 ? TranslateEfficientNetLite(name) : name;

    /// <summary>From the names of the published EfficientNet-Lite files to ours.</summary>
    private static string? TranslateEfficientNetLite(string name)
    {
        Match match = EfficientNetLiteName().Match(name);
        if (!match.Success)
        {
            return null;
        }

        string layer = (match.Groups["layer"].Value, match.Groups["block"].Success) switch
        {
            ("_conv_stem" or "_bn0", false) => "stem",
            ("_expand_conv" or "_bn0", true) => "expand",
            ("_depthwise_conv" or "_bn1", true) => "depthwise",
            ("_project_conv" or "_bn2", true) => "project",
            _ => "",
        };
        bool isNorm = match.Groups["layer"].Value.StartsWith("_bn", StringComparison.Ordinal);
        string value = (match.Groups["value"].Value, isNorm) switch
        {
            ("weight", false) => "weight",
            ("weight", true) => "gamma",
            ("bias", true) => "beta",
            ("running_mean", true) => "mean",
            ("running_var", true) => "variance",
            _ => "",
        };
        if (layer.Length == 0 || value.Length == 0)
        {
            return null;
        }

        return match.Groups["block"].Success ? $"blocks.{match.Groups["block"].Value}.{layer}.{value}" : $"{layer}.{value}";
    }

    [GeneratedRegex(@"^(?:_blocks\.(?<block>\d+)\.)?(?<layer>_\w+)\.(?<value>\w+)$")]
    private static partial Regex EfficientNetLiteName();
}
