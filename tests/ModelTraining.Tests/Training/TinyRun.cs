using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;
using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Training;

/// <summary>A network and a run so small that a step takes a blink, on rendered pictures in a folder of their own.</summary>
internal sealed class TinyRun : IDisposable
{
    public static readonly TrainingSettings Settings = new()
    {
        Network = new NetworkSettings
        {
            Backbone = "efficientnet-lite0",
            InputSize = 64,
            PyramidWidth = 16,
            BoxHeadWidth = 32,
            MaskHeadWidth = 16,
            MaskHeadLayers = 1,
            AnchorSizes = [[12], [24], [48], [64], [64]],
        },
        Stages =
        [
            new() { Name = "heads", Layers = TrainedLayers.Heads, Iterations = 3, Rate = 1e-3, Optimiser = OptimiserKind.Sgd, WarmUp = 2 },
            new() { Name = "all", Layers = TrainedLayers.All, Iterations = 3, Rate = 1e-3, WarmUp = 2 },
            new() { Name = "adagrad", Layers = TrainedLayers.All, Iterations = 2, Rate = 1e-3, Optimiser = OptimiserKind.Adagrad, WarmUp = 1 },
        ],
        ValidateEvery = 100,
        ValidationPictures = 1,
    };

    public TinyRun()
    {
        Folder = Directory.CreateTempSubdirectory("leafseg-run-").FullName;
        Directory.CreateDirectory(Data);
        Directory.CreateDirectory(Unseen);
        for (int i = 0; i < 5; i++)
        {
            Rendering rendering = RosetteRenderer.Render(new RosetteSettings { Size = 128 }, (ulong)i + 1);
            Write(i, rendering.Image, rendering.Labels);
        }

        Rendering other = RosetteRenderer.Render(new RosetteSettings { Size = 128 }, 100);
        ImageFile.Write(Path.Combine(Unseen, "plant00100_rgb.png"), other.Image);
        ColourMask.Write(Path.Combine(Unseen, "plant00100_label.png"), other.Labels);
    }

    public string Folder { get; }

    public string Data => Path.Combine(Folder, "data");

    /// <summary>One picture that is not trained on.</summary>
    public string Unseen => Path.Combine(Folder, "unseen");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public void Write(int index, RgbImage image, LabelMap labels)
    {
        ImageFile.Write(Path.Combine(Data, $"plant{index:00000}_rgb.png"), image);
        ColourMask.Write(Path.Combine(Data, $"plant{index:00000}_label.png"), labels);
    }

    public LabelledPictures Open() => LabelledPictures.Open(Data);

    /// <summary>Trains into the folder <paramref name="name"/> and gives its path.</summary>
    /// <param name="name">Of the run.</param>
    /// <param name="settings">Of the run.</param>
    /// <param name="stopAfter">Interrupted after this step.</param>
    /// <param name="noted">Gets what happens.</param>
    public string Train(string name, TrainingSettings settings, int stopAfter = int.MaxValue, Action<int, string>? noted = null)
    {
        string run = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        using Trainer trainer = new(settings, Open(), Open(), run, _ => { });
        Go(trainer, stopAfter, noted);
        return run;
    }

    public void Resume(string run, int stopAfter = int.MaxValue)
    {
        using Trainer trainer = new(Checkpoint.Read(Path.Combine(run, Trainer.CheckpointName)), Open(), Open(), run);
        Go(trainer, stopAfter, null);
    }

    /// <summary>Weights, running average and optimiser state, bit by bit.</summary>
    public static void AssertSameWeights(string expectedFile, string actualFile)
    {
        SafeTensorsFile expected = SafeTensorsFile.Read(expectedFile);
        SafeTensorsFile actual = SafeTensorsFile.Read(actualFile);
        Assert.Equal(expected.Tensors.Keys, actual.Tensors.Keys);
        foreach ((string name, Tensor value) in expected.Tensors)
        {
            Assert.True(value.equal(actual.Tensors[name]).all().item<bool>(), $"{name} differs");
        }
    }

    /// <summary>The lines of losses.csv without their times.</summary>
    public static string[] Steps(string run) =>
        [.. File.ReadLines(Path.Combine(run, "losses.csv")).Select(line => string.Join(',', line.Split(',')[..^2]))];

    private static void Go(Trainer trainer, int stopAfter, Action<int, string>? noted)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        RunWatcher watcher = new()
        {
            Stepped = (step, _) =>
            {
                if (step == stopAfter)
                {
                    stop.Cancel();
                }
            },
            Noted = noted ?? ((_, _) => { }),
        };
        try
        {
            trainer.Run(watcher, stop.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
