using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Tests.Weights;
using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Parity;

/// <summary>What Debian's torchvision answers to torchvision_answers.py, which lists what can be asked.</summary>
internal sealed class TorchvisionAnswers : IDisposable
{
    public const int InputSize = 192;

    private readonly TemporaryFolder folder = new();
    private readonly IReadOnlyDictionary<string, Tensor> answers;

    public TorchvisionAnswers(params string[] question)
    {
        PythonScript.Run([Path.Combine(Path.GetDirectoryName(ThisFile())!, "torchvision_answers.py"), .. question, folder.Path]);
        answers = SafeTensorsFile.Read(Path.Combine(folder.Path, "answers.safetensors")).Tensors;
    }

    public IEnumerable<string> Names => answers.Keys;

    public string WeightsFile => Path.Combine(folder.Path, "weights.safetensors");

    public Tensor this[string name] => answers[name];

    public Box[] Boxes(string name) => [.. MemoryMarshal.Cast<float, Box>(answers[name].ToArray())];

    /// <summary>[1, H, W, 3] bytes.</summary>
    public Tensor Picture => answers["picture"].unsqueeze(0);

    /// <summary><c>maskrcnn_resnet50_fpn</c> for two classes with the weights of the answers.</summary>
    public MaskRcnn Detector()
    {
        MaskRcnn network = new(new NetworkSettings
        {
            Backbone = "resnet50",
            Conventions = Conventions.Torchvision,
            InputSize = InputSize,
            PyramidWidth = 256,
            AnchorSizes = [[32], [64], [128], [256], [512]],
            RpnBeforeNms = 300,
            RpnBeforeNmsTraining = 150,
            Proposals = 300,
            ProposalsTraining = 200,
            CanonicalBoxSize = 224,
            CanonicalMaskSize = 224,
            BoxHeadWidth = 1024,
            MaskHeadWidth = 256,
            MaskHeadLayers = 4,
            ScoreThreshold = 0.05f,
        });
        WeightsReport report = PretrainedWeights.Load(network, WeightsFile);
        Assert.Empty(report.Missing);
        network.eval();
        return network;
    }

    public void Dispose()
    {
        foreach (Tensor answer in answers.Values)
        {
            answer.Dispose();
        }

        folder.Dispose();
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
