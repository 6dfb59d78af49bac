using System.Runtime.InteropServices;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Weights.Names;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights;

/// <summary>
/// Brings a file of pretrained weights into a network. The file's names are translated, every tensor of the backbone has to
/// be there in its shape, and what lies behind it comes along where the file has it: pyramid, proposals, heads.
/// </summary>
internal static class PretrainedWeights
{
    private const string BackbonePrefix = "backbone.";

    /// <summary>Opens the file and loads it.</summary>
    /// <exception cref="WeightsFileException">The file cannot be read, or is of another network.</exception>
    public static WeightsReport Load(MaskRcnn network, string path)
    {
        using WeightsFile file = WeightsFile.Read(path);
        return Load(network, file);
    }

    /// <exception cref="WeightsFileException">The file is of another network; the network is as it was.</exception>
    public static WeightsReport Load(MaskRcnn network, WeightsFile file) => Load(network, file, _ => true);

    /// <summary>Loads the backbone and leaves out what else the file has, which may be of any shape then.</summary>
    /// <exception cref="WeightsFileException">The backbone is another one; the network is as it was.</exception>
    public static WeightsReport LoadBackbone(MaskRcnn network, WeightsFile file) => Load(network, file, IsOfBackbone);

    private static WeightsReport Load(MaskRcnn network, WeightsFile file, Predicate<string> isWanted)
    {
        WeightsOrigin origin = WeightsOrigin.Of(file);
        NetworkSettings settings = network.Settings;
        if (origin.Backbone != settings.Backbone)
        {
            throw new WeightsFileException(
                $"{file.Path}: these are the weights of another network, {origin.Description}; expected those of {settings.Backbone}, "
                + $"which Network:Backbone is set to{(origin.Backbone is null ? "" : $" ({origin.Backbone} would fit)")}");
        }

        if (origin.Conventions is { } conventions && conventions != settings.Conventions)
        {
            throw new WeightsFileException(
                $"{file.Path}: these are the weights of {origin.Description}, which mean something under its own conventions only; "
                + $"Network:Conventions is {settings.Conventions}, expected {conventions}");
        }

        if (settings.Conventions == Conventions.Matterport && origin.Conventions is null)
        {
            throw new WeightsFileException(
                $"{file.Path}: these are the weights of another network, {origin.Description}, whose strides and biases are elsewhere; "
                + $"Network:Conventions is {settings.Conventions}, expected {Conventions.LeafSeg} or {Conventions.Torchvision}");
        }

        return Load(network.state_dict(), file, origin, isWanted);
    }

    /// <summary>Loads a backbone alone.</summary>
    /// <exception cref="WeightsFileException">The file cannot be read, or is of another network.</exception>
    public static WeightsReport Load(Backbone backbone, string path)
    {
        using WeightsFile file = WeightsFile.Read(path);
        Dictionary<string, Tensor> state = backbone.state_dict().ToDictionary(pair => BackbonePrefix + pair.Key, pair => pair.Value);
        return Load(state, file, WeightsOrigin.Of(file), IsOfBackbone);
    }

    private static WeightsReport Load(Dictionary<string, Tensor> state, WeightsFile file, WeightsOrigin origin, Predicate<string> isWanted)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        List<MatchedWeight> matched = [];
        List<LeftOutWeight> leftOut = [];
        Dictionary<string, Tensor> values = new(StringComparer.Ordinal);
        foreach ((string name, Tensor source) in file.Tensors)
        {
            Place place = source.dim() == 0 ? Place.None : origin.Find(name, source.shape);
            if (place.Name is null || !isWanted(place.Name) || !state.TryGetValue(place.Name, out Tensor? target))
            {
                RequireNoBias(place, file, origin);
                leftOut.Add(new LeftOutWeight(name, source.shape, place.WhyNot));
                continue;
            }

            Tensor value = Turn(place, source, name, file, origin);
            if (HasOtherAnchors(place.Name, value, target))
            {
                leftOut.Add(new LeftOutWeight(name, source.shape, "another number of anchors a cell in the network"));
                continue;
            }

            if (!value.shape.SequenceEqual(target.shape) || !values.TryAdd(place.Name, value))
            {
                throw new WeightsFileException(
                    $"{file.Path}: these are the weights of another network, it looks like {origin.Description}: {Printable.Text(name)} is "
                    + $"[{string.Join(", ", value.shape)}], {place.Name} expects [{string.Join(", ", target.shape)}]"
                    + (IsOfBackbone(place.Name) ? "" : "; its backbone alone is taken by --backbone-only"));
            }

            matched.Add(new MatchedWeight(place.Name, name, target.shape));
        }

        string[] missing = [.. state.Keys.Where(name => !values.ContainsKey(name))];
        if (missing.FirstOrDefault(IsOfBackbone) is { } first)
        {
            throw new WeightsFileException(
                $"{file.Path}: these are the weights of another network, it looks like {origin.Description}: "
                + $"{missing.Length} of {state.Count} tensors are not in it, {first} first");
        }

        // Nothing is written before everything is known to fit.
        foreach ((string name, Tensor value) in values)
        {
            state[name].copy_(value);
        }

        return new WeightsReport(file.Path, origin, matched, missing, leftOut);
    }

    private static bool IsOfBackbone(string name) => name.StartsWith(BackbonePrefix, StringComparison.Ordinal);

    /// <summary>Most of what a network has no place for is harmless; a backbone without its biases gives other numbers.</summary>
    private static void RequireNoBias(Place place, WeightsFile file, WeightsOrigin origin)
    {
        if (place.Name is { } name && IsOfBackbone(name) && name.EndsWith(".bias", StringComparison.Ordinal))
        {
            throw new WeightsFileException(
                $"{file.Path}: these are the weights of another network, it looks like {origin.Description}: there is no place for {name}");
        }
    }

    private static Tensor Turn(Place place, Tensor source, string name, WeightsFile file, WeightsOrigin origin)
    {
        try
        {
            return place.Turn(source);
        }
        catch (ExternalException e)
        {
            throw new WeightsFileException(
                $"{file.Path}: {Printable.Text(name)} is [{string.Join(", ", source.shape)}], which it is not in {origin.Description}", e);
        }
    }

    /// <summary>Other sizes or ratios a cell than the file's network had: the last layers of the proposals are initialised and learnt.</summary>
    private static bool HasOtherAnchors(string name, Tensor value, Tensor target) =>
        name is "proposals.objectness.weight" or "proposals.objectness.bias" or "proposals.deltas.weight" or "proposals.deltas.bias"
        && value.dim() == target.dim() && value.shape[0] != target.shape[0] && value.shape.AsSpan(1).SequenceEqual(target.shape.AsSpan(1));
}
