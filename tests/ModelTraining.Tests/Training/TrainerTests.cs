using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;
using LeafSeg.ModelTraining.Training.Reporting;
using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private static readonly TrainingSettings Tiny = TinyRun.Settings;

    /// <summary>Validated every second step; nothing counts as progress, so each of the two actions comes as soon as it may.</summary>
    private static readonly TrainingSettings Plateaus = Tiny with
    {
        Stages =
        [
            Tiny.Stages[0],
            new()
            {
                Name = "all", Layers = TrainedLayers.All, Iterations = 9, Rate = 1e-3, WarmUp = 0, Optimiser = OptimiserKind.Sgd,
                Schedule = RateSchedule.OnPlateau,
                Plateau = new() { MinDelta = 100, Actions = [new() { Patience = 1, Rate = 1e-4 }, new() { Patience = 2, Optimiser = OptimiserKind.Adagrad }] },
            },
            Tiny.Stages[1],
        ],
        ValidateEvery = 2,
    };

    private readonly TinyRun runs = new();

    public void Dispose() => runs.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    public void A_run_that_is_stopped_and_resumed_ends_with_the_weights_of_one_that_was_not(int stopAfter)
    {
        string whole = runs.Train("whole", Tiny);
        string stopped = runs.Train("stopped", Tiny, stopAfter);
        Assert.Equal(stopAfter, Checkpoint.Read(CheckpointOf(stopped)).State.Step);

        runs.Resume(stopped);

        TinyRun.AssertSameWeights(CheckpointOf(whole), CheckpointOf(stopped));
        Assert.Equal(TinyRun.Steps(whole), TinyRun.Steps(stopped));
    }

    [Fact]
    public void A_plateau_lowers_the_rate_and_then_changes_the_optimiser_wherever_the_run_was_stopped()
    {
        List<string> notes = [];
        string whole = runs.Train("whole", Plateaus, noted: (step, what) => notes.Add($"{step} {what}"));
        string resumed = runs.Train("resumed", Plateaus, stopAfter: 6);
        for (int stop = 7; stop <= Plateaus.Iterations; stop++)
        {
            runs.Resume(resumed, stop);
        }

        runs.Resume(resumed);

        Assert.Contains("6 plateau: Sbd has not got better for 1 validations; from here on rate 0.0001", notes);
        Assert.Contains("10 plateau: Sbd has not got better for 2 validations; from here on optimiser Adagrad", notes);
        Assert.Equal("0.001 0.001 0.001 0.0001 0.0001 0.0001 0.0001 0.0001 0.0001", string.Join(' ', TinyRun.Steps(whole).Skip(4).Take(9).Select(line => line.Split(',')[2])));
        TinyRun.AssertSameWeights(CheckpointOf(whole), CheckpointOf(resumed));
        Assert.Equal(TinyRun.Steps(whole), TinyRun.Steps(resumed));
        Assert.Equal(File.ReadAllText(Path.Combine(whole, "notes.csv")), File.ReadAllText(Path.Combine(resumed, "notes.csv")));
        Assert.Equal(File.ReadAllText(Path.Combine(whole, "scores.csv")), File.ReadAllText(Path.Combine(resumed, "scores.csv")));
    }

    [Fact]
    public void A_run_without_progress_stops_early_says_so_and_stays_stopped()
    {
        TrainingSettings settings = Tiny with { ValidateEvery = 1, EarlyStop = new() { Patience = 2, MinDelta = 100 } };
        List<string> notes = [];

        string run = runs.Train("early", settings, noted: (step, what) => notes.Add($"{step} {what}"));
        runs.Resume(run);

        Assert.Contains(notes, note => note.StartsWith("3 stopped early: SBD has not risen by more than 100 for 2 validations", StringComparison.Ordinal));
        Assert.Equal(3, Checkpoint.Read(CheckpointOf(run)).State.Step);
    }

    [Fact]
    public void The_best_network_is_that_of_the_validation_with_the_highest_score()
    {
        string run = runs.Train("best", Tiny with { ValidateEvery = 1 });

        RunState end = Checkpoint.Read(CheckpointOf(run)).State;
        Checkpoint.Resumed best = Checkpoint.Read(Path.Combine(run, Trainer.BestName));
        (double Step, double Value)[] scores = [.. RunTable.Read(Path.Combine(run, "scores.csv")).Numbers("sbd")];
        Assert.Equal(8, scores.Length);
        Assert.Equal(end.Best.BestStep, best.State.Step);
        Assert.Equal(scores.MaxBy(s => s.Value).Step, end.Best.BestStep);
    }

    [Fact]
    public void Pictures_without_a_single_leaf_are_trained_on_and_scored()
    {
        for (int i = 0; i < 5; i++)
        {
            runs.Write(i, new RgbImage(128, 128), new LabelMap(128, 128));
        }

        string run = runs.Train("empty", Tiny with { ValidateEvery = 4 });

        Assert.Equal(9, TinyRun.Steps(run).Length);
        Assert.All(RunTable.Read(Path.Combine(run, "losses.csv")).Numbers("mask"), loss => Assert.Equal(0, loss.Value));
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_run_and_its_cause_is_named()
    {
        TrainingSettings settings = Tiny with { CheckpointEvery = 1 };
        string run = Directory.CreateDirectory(Path.Combine(runs.Folder, "broken")).FullName;
        using Trainer trainer = new(settings, runs.Open(), runs.Open(), run, network =>
        {
            using IDisposable noGradient = no_grad();
            network.MaskHead.Logits.bias!.fill_(float.NaN);
        });

        TrainingException refusal = Assert.Throws<TrainingException>(() => trainer.Run(new RunWatcher(), TestContext.Current.CancellationToken));

        Assert.Contains("Step 1: the loss mask is NaN; rate 0.0005, gradient norm of the step before 0, pictures plant", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("The weights are broken already", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(CheckpointOf(run)));
    }

    [Fact]
    public void The_heads_stage_leaves_the_backbone_as_it_was()
    {
        TrainingSettings headsOnly = Tiny with { Stages = [Tiny.Stages[0]] };
        Dictionary<string, Tensor> before = [];
        using Trainer trainer = new(headsOnly, runs.Open(), runs.Open(), runs.Folder, network => before = Copy(network.Backbone));

        trainer.Run(new RunWatcher(), TestContext.Current.CancellationToken);

        MaskRcnn trained = Checkpoint.Read(CheckpointOf(runs.Folder)).Network;
        foreach ((string name, Tensor value) in trained.Backbone.state_dict())
        {
            Assert.True(value.equal(before[name]).all().item<bool>(), $"{name} moved");
        }
    }

    [Fact]
    public void A_new_run_can_start_from_the_network_of_another_as_far_as_their_shapes_agree()
    {
        string first = CheckpointOf(runs.Train("first", Tiny, stopAfter: 2));
        using MaskRcnn expected = Checkpoint.ReadNetwork(first).Network;
        using MaskRcnn started = new(Tiny.Network);
        using MaskRcnn wider = new(Tiny.Network with { BoxHeadWidth = Tiny.Network.BoxHeadWidth + 8 });
        using MaskRcnn other = new(Tiny.Network with { Backbone = "resnet34" });

        Assert.Empty(Checkpoint.LoadInto(started, first));
        Assert.All(expected.state_dict(), pair => Assert.True(pair.Value.equal(started.state_dict()[pair.Key]).all().item<bool>()));
        Assert.All(Checkpoint.LoadInto(wider, first), name => Assert.StartsWith("boxHead.", name, StringComparison.Ordinal));
        string refusal = Assert.Throws<WeightsFileException>(() => Checkpoint.LoadInto(other, first)).Message;
        Assert.Contains("another network: Network:Backbone is \"efficientnet-lite0\" there, \"resnet34\" here", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_resumed_on_the_pictures_that_it_began_with_and_on_no_other_number()
    {
        string run = runs.Train("more", Tiny, stopAfter: 1);
        runs.Write(5, new RgbImage(128, 128), new LabelMap(128, 128));

        SettingsException refusal = Assert.Throws<SettingsException>(() => runs.Resume(run));

        Assert.Contains("has 6 pictures", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("began with 5", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_processes_cannot_train_into_one_folder()
    {
        using RunLog first = new(runs.Folder, step: 0);

        TrainingException refusal = Assert.Throws<TrainingException>(() => new RunLog(runs.Folder, step: 0));

        Assert.Contains(runs.Folder, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_cut_short_is_refused_and_says_so()
    {
        string checkpoint = CheckpointOf(runs.Train("cut", Tiny, stopAfter: 1));
        byte[] bytes = File.ReadAllBytes(checkpoint);
        File.WriteAllBytes(checkpoint, bytes[..(bytes.Length / 2)]);

        WeightsFileException refusal = Assert.Throws<WeightsFileException>(() => Checkpoint.Read(checkpoint));

        Assert.Contains("cut short", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("average.boxHead.classes.bias")]
    [InlineData("optimiser")]
    public void A_checkpoint_that_lacks_a_tensor_is_called_damaged_and_not_another_network(string name)
    {
        string checkpoint = CheckpointOf(runs.Train("damaged", Tiny, stopAfter: 1));
        SafeTensorsFile file = SafeTensorsFile.Read(checkpoint);
        SafeTensorsFile.Write(checkpoint, file.Tensors.Where(pair => pair.Key != name).ToDictionary(), file.Metadata);

        string[] refusals =
        [
            Assert.Throws<WeightsFileException>(() => Checkpoint.Read(checkpoint)).Message,
            .. name == "optimiser" ? [] : new[] { Assert.Throws<WeightsFileException>(() => Checkpoint.ReadNetwork(checkpoint, own => own with { ScoreThreshold = .05f })).Message },
        ];

        Assert.All(refusals, refusal => Assert.Contains($"{name} is missing", refusal, StringComparison.Ordinal));
        Assert.All(refusals, refusal => Assert.Contains("damaged", refusal, StringComparison.Ordinal));
        Assert.All(refusals, refusal => Assert.DoesNotContain("ScoreThreshold", refusal, StringComparison.Ordinal));
    }

    [Fact]
    public void A_checkpoint_of_an_earlier_version_that_tells_only_its_step_is_resumed()
    {
        string checkpoint = CheckpointOf(runs.Train("old", Tiny, stopAfter: 4));
        SafeTensorsFile file = SafeTensorsFile.Read(checkpoint);
        SafeTensorsFile.Write(checkpoint, file.Tensors, file.Metadata.Where(pair => pair.Key != "run").ToDictionary());
        string whole = runs.Train("whole", Tiny);

        runs.Resume(Path.GetDirectoryName(checkpoint)!);

        TinyRun.AssertSameWeights(CheckpointOf(whole), checkpoint);
    }

    [Fact]
    public void A_picture_without_its_mask_is_refused()
    {
        File.Delete(Path.Combine(runs.Data, "plant00003_label.png"));

        DatasetException refusal = Assert.Throws<DatasetException>(runs.Open);

        Assert.Contains("plant00003_rgb.png", refusal.Message, StringComparison.Ordinal);
    }

    private static string CheckpointOf(string run) => Path.Combine(run, Trainer.CheckpointName);

    private static Dictionary<string, Tensor> Copy(Backbone backbone) =>
        backbone.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone());
}
