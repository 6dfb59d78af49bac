using System.Globalization;
using System.Text.Json;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>The averaged network of a training run, run by TorchSharp.</summary>
internal sealed class CheckpointLeaves : LeafFinder
{
    private readonly MaskRcnn network;
    private readonly TrainingSettings settings;
    private readonly int step;

    private CheckpointLeaves(MaskRcnn network, TrainingSettings settings, int step)
    {
        this.network = network;
        this.settings = settings;
        this.step = step;
    }

    public override string Title => string.Create(CultureInfo.InvariantCulture, $"checkpoint at step {step} of {settings.Iterations}");

    public override string About => string.Create(
        CultureInfo.InvariantCulture, $"{settings.Network.Backbone}, input {settings.Network.InputSize} px, averaged network");

    public override string Settings => JsonSerializer.Serialize(settings);

    public override float Lowest => network.Settings.ScoreThreshold;

    public override int InputSize => network.Settings.Inputs.Largest;

    public static new CheckpointLeaves Open(string path, float? scoreThreshold, float? lowest)
    {
        float? asked = scoreThreshold is { } given ? LowestOf(given, lowest) : lowest;
        (MaskRcnn network, TrainingSettings settings, int step) = Checkpoint.ReadNetwork(
            path, own => own with { ScoreThreshold = asked ?? own.ScoreThreshold });
        return new CheckpointLeaves(network, settings, step)
        {
            File = Path.GetFileName(path),
            ScoreThreshold = scoreThreshold ?? settings.Network.ScoreThreshold,
        };
    }

    public override IReadOnlyList<LeafInstance> FindAll(RgbImage picture) => NetworkLeaves.Find(network, picture);

    public override void Dispose() => network.Dispose();
}
