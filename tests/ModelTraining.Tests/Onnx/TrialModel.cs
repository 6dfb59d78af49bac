using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Export;
using LeafSeg.ModelTraining.Networks;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Onnx;

/// <summary>A small network with random weights, and the opened file that was written from it.</summary>
internal sealed class TrialModel : IDisposable
{
    private const int InputSize = 192;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-onnx-");

    public TrialModel(string backbone, float scoreThreshold = 0.5f)
        : this(CreateNetwork(backbone, scoreThreshold))
    {
    }

    public TrialModel(MaskRcnn network)
    {
        Network = network;
        string path = Path.Combine(folder.FullName, "trial.onnx");
        ModelExporter.Write(Network, Metadata(Network.Settings), path);
        File = LeafModel.Open(path);
    }

    public MaskRcnn Network { get; }

    public LeafModel File { get; }

    /// <summary>Twenty pictures; the first shows no plant.</summary>
    public static IReadOnlyList<RgbImage> Pictures { get; } = [.. ExportCheck.Pictures(InputSize)];

    public static MaskRcnn CreateNetwork(string backbone, float scoreThreshold = 0.5f, ulong seed = 3) =>
        CreateNetwork(Settings(backbone, scoreThreshold), seed);

    public static MaskRcnn CreateNetwork(NetworkSettings settings, ulong seed = 3)
    {
        MaskRcnn network = new(settings);
        network.eval();
        RgbImage whole = Pictures[4];
        using Tensor picture = tensor(whole.Pixels).reshape(1, whole.Height, whole.Width, 3);
        RandomWeights.Fill(network, seed, picture);
        return network;
    }

    public static ModelMetadata Metadata(NetworkSettings settings) => new()
    {
        Name = "trial",
        Version = "0.1.0",
        InputSize = settings.InputSize,
        Inputs = settings.Inputs,
        Classes = ["leaf"],
        ScoreThreshold = settings.ScoreThreshold,
        NmsIou = settings.NmsIoU,
        MaxDetections = settings.MaxDetections,
        MaskSize = settings.MaskSize,
        MaskMargin = settings.MaskMargin,
        Training = "{}",
        Scores = new ModelScores { Sbd = 0, Dic = 0, AbsoluteDic = 0, FgBgDice = 0, Data = "none: random weights", Pictures = 0 },
        DataDigest = "none",
        Licence = "Apache-2.0",
        Created = DateTimeOffset.UnixEpoch,
        GoldenCases = [],
    };

    public void Dispose()
    {
        File.Dispose();
        Network.Dispose();
        folder.Delete(recursive: true);
    }

    public static NetworkSettings Settings(string backbone, float scoreThreshold = 0.5f) => new()
    {
        Backbone = backbone,
        InputSize = InputSize,
        InputScale = 1,
        PyramidWidth = 32,

        // Two backbones with it, the others without.
        PyramidDetail = backbone is "efficientnet-lite0" or "resnet18",
        BoxHeadWidth = 64,
        MaskHeadWidth = 16,
        ScoreThreshold = scoreThreshold,
    };
}
