using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf;
using LeafSeg.Common.Json;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Onnx.Quantisation;
using LeafSeg.ModelTraining.Onnx.Schema;
using LeafSeg.ModelTraining.Weights.Names;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights;

/// <summary>
/// The weights inside a model that <c>leafseg-train export</c> wrote, so that the ONNX file alone is enough to train it
/// further on pictures of their own.
/// </summary>
/// <remarks>
/// In the file a frozen norm is part of its convolution. Here the two come apart again: each output channel gets He's gain
/// (He et al. 2015), and the norm the scale that this leaves. The network computes the same numbers, and an optimiser meets
/// weights of the size that its rates are meant for.
/// </remarks>
internal static partial class ModelFile
{
    private const string NamePattern =
        """
        ^(?: (?<layer>backbone/stem) (?<norm>/norm)
           | (?<layer>backbone/block\d+/(?:expand|depthwise|project|path\d+|shortcut)) (?<norm>/norm)
           | (?<layer>pyramid/(?:p[2-5]/(?:lateral|output(?:/depthwise)?)|detail))
           | (?<layer>proposals/(?:hidden(?:/depthwise)?|objectness|deltas))
           | (?<layer>detections/head/(?:first|second|classes|deltas))
           | (?<layer>masks/head/conv\d+) /norm
           | (?<layer>masks/head/(?:doubling|logits|quarters|quarter-logits))
        ) / (?<value>weight|bias) $
        """;

    /// <summary>Tensors by our own names, and what a file of our own names states about itself; the caller disposes them.</summary>
    /// <exception cref="WeightsFileException">No model of LeafSeg, damaged, or of a network whose weights cannot be separated again.</exception>
    public static (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(FileStream file, string path)
    {
        ModelProto model = Parse(file, path);
        Dictionary<string, string> properties = new(StringComparer.Ordinal);
        foreach (StringStringEntryProto property in model.MetadataProps)
        {
            properties.TryAdd(property.Key, property.Value);
        }

        if (IntegerModel.Is(model))
        {
            throw new WeightsFileException(
                $"{path}: is a model in integers, whose weights are rounded; expected the float32 model that it was made of (float32/ beside the model that ships)");
        }

        NetworkSettings settings = ReadSettings(properties, path);
        double epsilon = Backbone.NormEpsilonOf(settings);
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        Dictionary<string, Tensor> scales = new(StringComparer.Ordinal);
        foreach (TensorProto stored in model.Graph.Initializer)
        {
            if (LayerName().Match(stored.Name) is not { Success: true } match)
            {
                continue;
            }

            (string layer, Tensor value) = FromQuarters(match.Groups["layer"].Value, match.Groups["value"].Value, ReadTensor(stored, path));
            layer = Ours(layer);
            bool hasNorm = match.Groups["norm"].Success;
            switch (match.Groups["value"].Value, hasNorm)
            {
                case ("weight", true):
                    Tensor scale = Scale(value);
                    Add($"{layer}.weight", value / scale.view(-1, 1, 1, 1));
                    Add($"{layer}.gamma", scale * Math.Sqrt(1 + epsilon));
                    Add($"{layer}.mean", zeros_like(scale));
                    Add($"{layer}.variance", ones_like(scale));
                    break;
                case ("bias", true):
                    Add($"{layer}.beta", value);
                    break;
                case (string name, _):
                    Add($"{layer}.{name}", value);
                    break;
            }
        }

        foreach (Tensor tensor in tensors.Values)
        {
            tensor.MoveToOuterDisposeScope();
        }

        return (tensors, OwnNames.Describe(
            settings.Backbone, settings.Conventions,
            $"the model {properties.GetValueOrDefault("leafseg.name")} {properties.GetValueOrDefault("leafseg.version")}"));

        void Add(string name, Tensor value)
        {
            if (!tensors.TryAdd(name, value))
            {
                throw new WeightsFileException($"{path}: {Printable.Text(name)} is there twice; the file is damaged, copy it again");
            }
        }
    }

    /// <summary>The mask head's last two layers as the network has them; files of contract 2 have them so already.</summary>
    private static (string Layer, Tensor Value) FromQuarters(string layer, string kind, Tensor value) => (layer, kind, value.shape) switch
    {
        ("masks/head/quarters", "weight", [var rows, _, 1, 1]) when rows % 4 == 0 => ("masks/head/doubling", MaskHead.FromQuarters(value)),
        ("masks/head/quarters", "bias", [_]) => ("masks/head/doubling", MaskHead.FirstQuarter(value)),
        ("masks/head/quarter-logits", "weight", [4, _, 1, 1]) => ("masks/head/logits", MaskHead.FromBlocks(value)),
        ("masks/head/quarter-logits", "bias", [_]) => ("masks/head/logits", MaskHead.FirstQuarter(value)),
        _ => (layer, value),
    };

    private static ModelProto Parse(FileStream file, string path)
    {
        try
        {
            ModelProto model = ModelProto.Parser.ParseFrom(file);
            return model.Graph is null ? throw new WeightsFileException($"{path}: is an ONNX file without a graph; copy it again") : model;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new WeightsFileException($"{path}: is no whole ONNX file ({e.Message}); copy it again", e);
        }
    }

    private static NetworkSettings ReadSettings(Dictionary<string, string> properties, string path)
    {
        NetworkSettings settings;
        try
        {
            settings = properties.TryGetValue("leafseg.training", out string? training) && JsonNode.Parse(training)?["Network"] is JsonObject network
                ? network.Deserialize<NetworkSettings>() ?? throw new JsonException("null")
                : throw new JsonException("there are none");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new WeightsFileException(
                $"{path}: is an ONNX file without the settings that leafseg-train export writes ({JsonFault.InWords(e)}); expected a model of LeafSeg", e);
        }

        return settings is { Normalisation: Normalisation.Frozen, Conventions: not Conventions.Matterport }
            ? settings
            : throw new WeightsFileException(
                $"{path}: is the model of a network with Network:Normalisation {settings.Normalisation} and Network:Conventions "
                + $"{settings.Conventions}, whose weights cannot be separated again; go on from the run's checkpoint by --from");
    }

    private static Tensor ReadTensor(TensorProto stored, string path)
    {
        long[] shape = [.. stored.Dims];
        bool fits = stored.DataType == (int)TensorProto.Types.DataType.Float && shape.All(length => length is > 0 and < int.MaxValue)
            && shape.Aggregate(4.0, (bytes, length) => bytes * length) == stored.RawData.Length;
        if (!fits)
        {
            throw new WeightsFileException(
                $"{path}: {Printable.Text(stored.Name)} has {stored.RawData.Length} bytes, expected float32 [{string.Join(", ", shape)}]; the file is damaged, copy it again");
        }

        Tensor value = empty(shape);
        stored.RawData.Span.CopyTo(value.bytes);
        return value;
    }

    /// <summary>What divides each output channel so that its weights have the size of fresh ones; 1 where they are all 0.</summary>
    private static Tensor Scale(Tensor weight)
    {
        long inputs = weight.NumberOfElements / weight.shape[0];
        Tensor size = weight.flatten(1).square().mean([1]).sqrt() / Math.Sqrt(2.0 / inputs);
        return where(size > 0, size, ones_like(size));
    }

    /// <summary>The part of the graph and the part of the network are called alike, but for these.</summary>
    private static string Ours(string layer)
    {
        string name = layer.Replace("detections/head", "boxHead", StringComparison.Ordinal).Replace("masks/head", "maskHead", StringComparison.Ordinal);
        name = PyramidLevel().Replace(name, match => $"pyramid/{match.Groups["part"].Value}/{int.Parse(match.Groups["level"].ValueSpan) - 2}");
        return Numbered().Replace(name, match => match.Groups["list"].Value switch
        {
            "block" => "blocks/",
            "conv" => "convolutions/",
            string list => list + "/",
        } + match.Groups["number"].Value).Replace('/', '.');
    }

    [GeneratedRegex(NamePattern, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex LayerName();

    [GeneratedRegex(@"pyramid/p(?<level>\d)/(?<part>\w+)")]
    private static partial Regex PyramidLevel();

    [GeneratedRegex(@"\b(?<list>block|path|conv)(?<number>\d+)\b")]
    private static partial Regex Numbered();
}
