using System.CommandLine;
using LeafSeg.ModelTraining.Weights;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>Where weights come from, the same in every command that takes them: a path or a URL, its digest, the cache.</summary>
internal sealed class WeightsOptions
{
    public Option<string?> Sha256 { get; } = new("--sha256")
    {
        Description = "Digest of the file of weights: needed for a URL, checked for a path too",
    };

    public Option<string> Cache { get; } = new("--cache")
    {
        Description = "Folder where downloaded weights are kept",
        DefaultValueFactory = _ => WeightsCache.DefaultFolder,
    };

    public Option<bool> BackboneOnly { get; } = new("--backbone-only")
    {
        Description = "Take the backbone alone, where pyramid and heads are of other shapes",
    };

    public WeightsChoice Choice(string source, ParseResult arguments) =>
        new(source, arguments.GetValue(Sha256), arguments.GetValue(Cache)!, arguments.GetValue(BackboneOnly));
}
