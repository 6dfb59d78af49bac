using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>An ONNX file, run as the agent runs it.</summary>
internal sealed class ModelLeaves : LeafFinder
{
    private readonly LeafModel model;

    private ModelLeaves(LeafModel model)
    {
        this.model = model;
    }

    public override string Title => $"{model.Metadata.Name} {model.Metadata.Version}";

    public override string About => string.Create(
        CultureInfo.InvariantCulture,
        $"{model.Digest}, input {model.Metadata.InputSize} px, exported {model.Metadata.Created:yyyy-MM-dd HH:mm} UTC, {model.Metadata.Licence}");

    public override string Settings => model.Metadata.Training;

    // The graph was written with the threshold that the metadata names.
    public override float Lowest => Math.Max(model.ScoreThreshold, model.Metadata.ScoreThreshold);

    public override int InputSize => model.Metadata.Inputs?.Largest ?? model.Metadata.InputSize;

    public static new ModelLeaves Open(string path, float? scoreThreshold, float? lowest)
    {
        LeafModel model = ProvenModel.Open(path, new LeafModelOptions
        {
            ScoreThreshold = scoreThreshold is { } given ? LowestOf(given, lowest) : lowest,
        });
        return new ModelLeaves(model) { File = Path.GetFileName(model.File), ScoreThreshold = scoreThreshold ?? model.Metadata.ScoreThreshold };
    }

    public override IReadOnlyList<LeafInstance> FindAll(RgbImage picture) => model.Find(picture);

    public override void Dispose() => model.Dispose();
}
