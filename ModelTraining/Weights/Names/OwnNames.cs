using LeafSeg.ModelTraining.Networks;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights.Names;

/// <summary>A file that <c>leafseg-train weights --settings ... --out ...</c> wrote: our own names.</summary>
internal sealed class OwnNames : WeightsOrigin
{
    private const string FormatKey = "format";
    private const string BackboneKey = "backbone";
    private const string ConventionsKey = "conventions";
    private const string OriginKey = "origin";
    private const string Format = "leafseg.weights/1";

    private OwnNames(IReadOnlyDictionary<string, string> metadata)
    {
        Backbone = metadata.GetValueOrDefault(BackboneKey);
        Conventions = Enum.TryParse(metadata.GetValueOrDefault(ConventionsKey), out Conventions conventions) ? conventions : null;
        Description = $"{Printable.Text(metadata.GetValueOrDefault(OriginKey, "an unknown network"))}, converted";
    }

    public override string Description { get; }

    public override string? Backbone { get; }

    public override Conventions? Conventions { get; }

    public static OwnNames? Recognise(WeightsFile file) => file.Metadata.GetValueOrDefault(FormatKey) switch
    {
        Format => new OwnNames(file.Metadata),
        string format when format.StartsWith("leafseg.checkpoint/", StringComparison.Ordinal) => throw new WeightsFileException(
            $"{file.Path}: is the checkpoint of a training run; train goes on from it by --from instead of --weights"),
        _ => null,
    };

    public override Place Find(string name, long[] shape) => Place.At(name);

    /// <summary>Writes what came into <paramref name="network"/> from a file, and nothing that is random.</summary>
    public static void Write(string path, MaskRcnn network, WeightsReport report)
    {
        Dictionary<string, Tensor> state = network.state_dict();
        SafeTensorsFile.Write(
            path, report.Matched.ToDictionary(weight => weight.Ours, weight => state[weight.Ours]),
            Describe(network.Settings.Backbone, report.Origin.Conventions, report.Origin.Description));
    }

    /// <summary>What a file of our own names states about itself.</summary>
    /// <param name="backbone">See <see cref="WeightsOrigin.Backbone"/>.</param>
    /// <param name="conventions">See <see cref="WeightsOrigin.Conventions"/>.</param>
    /// <param name="origin">What network it is, in words.</param>
    public static Dictionary<string, string> Describe(string backbone, Conventions? conventions, string origin)
    {
        Dictionary<string, string> metadata = new()
        {
            [FormatKey] = Format,
            [BackboneKey] = backbone,
            [OriginKey] = origin,
        };
        if (conventions is not null)
        {
            metadata.Add(ConventionsKey, $"{conventions}");
        }

        return metadata;
    }
}
