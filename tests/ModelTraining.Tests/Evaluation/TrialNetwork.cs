using LeafSeg.ModelTraining.Export;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Tests.Onnx;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.ModelTraining.Tests.Evaluation;

/// <summary>A small network of random weights, as checkpoint and as ONNX file, for all tests of a class.</summary>
public sealed class TrialNetwork : IDisposable
{
    /// <summary>What the network was set to.</summary>
    public const float ScoreThreshold = 0.7f;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-network-");

    public TrialNetwork()
    {
        using MaskRcnn network = TrialModel.CreateNetwork("resnet18", ScoreThreshold);
        LeafSeg.ModelTraining.Training.Checkpoint.Write(Checkpoint, new TrainingSettings { Network = network.Settings }, new RunState { Step = 7 }, network, network, [0]);
        ModelExporter.Write(network, TrialModel.Metadata(network.Settings), Model);
    }

    public string Checkpoint => Path.Combine(folder.FullName, "trial.safetensors");

    public string Model => Path.Combine(folder.FullName, "trial.onnx");

    public void Dispose() => folder.Delete(recursive: true);
}
