using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;
using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private static readonly TrainingSettings Tiny = new()
    {
        Network = new NetworkSettings
        {
            Backbone = "resnet18",
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

    private readonly string folder = Directory.CreateTempSubdirectory("leafseg-trainer-").FullName;

    public TrainerTests()
    {
        Directory.CreateDirectory(Data);
        for (int i = 0; i < 5; i++)
        {
            Rendering rendering = RosetteRenderer.Render(new RosetteSettings { Size = 128 }, (ulong)i + 1);
            ImageFile.Write(Path.Combine(Data, $"plant{i:00000}_rgb.png"), rendering.Image);
            ColourMask.Write(Path.Combine(Data, $"plant{i:00000}_label.png"), rendering.Labels);
        }
    }

    private string Data => Path.Combine(folder, "data");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    public void A_run_that_is_stopped_and_resumed_ends_with_the_weights_of_one_that_was_not(int stopAfter)
    {
        string whole = Train("whole", stopAfter: int.MaxValue);
        string stopped = Train("stopped", stopAfter);
        using (Trainer resumed = new(Checkpoint.Read(Path.Combine(stopped, Trainer.CheckpointName)), Open(), Open(), stopped))
        {
            Assert.Equal(stopAfter, resumed.Step);
            resumed.Run((_, _) => { }, (_, _) => { }, TestContext.Current.CancellationToken);
        }

        SafeTensorsFile expected = SafeTensorsFile.Read(Path.Combine(whole, Trainer.CheckpointName));
        SafeTensorsFile actual = SafeTensorsFile.Read(Path.Combine(stopped, Trainer.CheckpointName));
        Assert.Equal(expected.Tensors.Keys, actual.Tensors.Keys);
        foreach ((string name, Tensor value) in expected.Tensors)
        {
            Assert.True(value.equal(actual.Tensors[name]).all().item<bool>(), $"{name} differs");
        }

        Assert.Equal(Steps(whole), Steps(stopped));
    }

    [Fact]
    public void The_heads_stage_leaves_the_backbone_as_it_was()
    {
        TrainingSettings headsOnly = Tiny with { Stages = [Tiny.Stages[0]] };
        Dictionary<string, Tensor> before = [];
        using Trainer trainer = new(headsOnly, Open(), Open(), folder, network => before = Copy(network.Backbone));

        trainer.Run((_, _) => { }, (_, _) => { }, TestContext.Current.CancellationToken);

        MaskRcnn trained = Checkpoint.Read(Path.Combine(folder, Trainer.CheckpointName)).Network;
        foreach ((string name, Tensor value) in trained.Backbone.state_dict())
        {
            Assert.True(value.equal(before[name]).all().item<bool>(), $"{name} moved");
        }
    }

    [Fact]
    public void A_new_run_can_start_from_the_network_of_another_as_far_as_their_shapes_agree()
    {
        string first = Path.Combine(Train("first", stopAfter: 2), Trainer.CheckpointName);
        using MaskRcnn expected = Checkpoint.ReadNetwork(first).Network;
        using MaskRcnn started = new(Tiny.Network);
        using MaskRcnn wider = new(Tiny.Network with { BoxHeadWidth = Tiny.Network.BoxHeadWidth + 8 });
        using MaskRcnn other = new(Tiny.Network with { Backbone = "resnet34" });

        Assert.Empty(Checkpoint.LoadInto(started, first));
        Assert.All(expected.state_dict(), pair => Assert.True(pair.Value.equal(started.state_dict()[pair.Key]).all().item<bool>()));
        Assert.All(Checkpoint.LoadInto(wider, first), name => Assert.StartsWith("boxHead.", name, StringComparison.Ordinal));
        Assert.Contains(
            "stands on", Assert.Throws<WeightsFileException>(() => Checkpoint.LoadInto(other, first)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_processes_cannot_train_into_one_folder()
    {
        using RunLog first = new(folder, step: 0);

        TrainingException refusal = Assert.Throws<TrainingException>(() => new RunLog(folder, step: 0));

        Assert.Contains(folder, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_cut_short_is_refused_and_says_so()
    {
        string run = Train("cut", stopAfter: 1);
        string checkpoint = Path.Combine(run, Trainer.CheckpointName);
        byte[] bytes = File.ReadAllBytes(checkpoint);
        File.WriteAllBytes(checkpoint, bytes[..(bytes.Length / 2)]);

        WeightsFileException refusal = Assert.Throws<WeightsFileException>(() => Checkpoint.Read(checkpoint));

        Assert.Contains("cut short", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_without_its_mask_is_refused()
    {
        File.Delete(Path.Combine(Data, "plant00003_label.png"));

        DatasetException refusal = Assert.Throws<DatasetException>(Open);

        Assert.Contains("plant00003_rgb.png", refusal.Message, StringComparison.Ordinal);
    }

    private static void Keep(MaskRcnn network)
    {
    }

    private static Dictionary<string, Tensor> Copy(Backbone backbone) =>
        backbone.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone());

    private LabelledPictures Open() => LabelledPictures.Open(Data);

    private string Train(string name, int stopAfter)
    {
        string run = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        using CancellationTokenSource stop = new();
        using Trainer trainer = new(Tiny, Open(), Open(), run, Keep);
        try
        {
            trainer.Run(
                (step, _) =>
                {
                    if (step == stopAfter)
                    {
                        stop.Cancel();
                    }
                },
                (_, _) => { }, stop.Token);
        }
        catch (OperationCanceledException)
        {
        }

        return run;
    }

    private static string[] Steps(string run) =>
        [.. File.ReadLines(Path.Combine(run, "losses.csv")).Select(line => line[..line.LastIndexOf(',')])];
}
