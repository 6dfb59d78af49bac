using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Export;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Tests.Onnx;
using LeafSeg.ModelTraining.Training;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Training;

public sealed class TrainingStepTests : IDisposable
{
    private static readonly StageSettings All = new() { Name = "all", Layers = TrainedLayers.All, Iterations = 5, Rate = 1e-3, WarmUp = 0 };
    private static readonly TrainingSettings Settings = TinyRun.Settings with { Stages = [All], FrozenStages = 0, EmaDecay = 0.3 };

    private readonly TinyRun runs = new();

    public void Dispose() => runs.Dispose();

    [Fact]
    public void The_average_keeps_its_decay_of_the_past_and_less_in_the_first_steps()
    {
        const string Weight = "boxHead.classes.weight";
        using MaskRcnn network = new(Settings.Network), average = new(Settings.Network);
        average.load_state_dict(network.state_dict());
        float[] expected = network.state_dict()[Weight].ToArray();
        double[] decays = [1 / 10.0, 2 / 11.0, 3 / 12.0, 0.3, 0.3];
        int step = 0;

        Take(network, average, Settings, steps: decays.Length, stepped: () =>
        {
            double decay = decays[step++];
            float[] now = network.state_dict()[Weight].ToArray();
            expected = [.. expected.Zip(now, (past, value) => (float)((decay * past) + ((1 - decay) * value)))];
        });

        Assert.All(expected.Zip(average.state_dict()[Weight].ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        Assert.NotEqual(network.state_dict()[Weight].ToArray(), average.state_dict()[Weight].ToArray());
    }

    [Fact]
    public void A_step_in_bfloat16_keeps_weights_of_float32_and_nearly_the_same_losses()
    {
        using MaskRcnn full = new(Settings.Network), half = new(Settings.Network), average = new(Settings.Network);
        half.load_state_dict(full.state_dict());
        half.BackboneType = ScalarType.BFloat16;
        float[] before = half.Backbone.parameters().First().ToArray();

        TrainingStep.Outcome expected = Take(full, average, Settings), found = Take(half, average, Settings);

        Assert.All(half.state_dict().Values.Where(value => value.is_floating_point()), value => Assert.Equal(ScalarType.Float32, value.dtype));
        Assert.NotEqual(before, half.Backbone.parameters().First().ToArray());
        Assert.All(expected.Losses.Zip(found.Losses), loss => Assert.Equal(loss.First, loss.Second, 0.05f * Math.Max(1, loss.First)));
        Assert.NotEqual(expected.Losses, found.Losses);
    }

    [Fact]
    public void A_run_in_bfloat16_that_is_resumed_ends_with_the_weights_of_one_that_was_not()
    {
        TrainingSettings settings = Settings with { Precision = BackbonePrecision.BFloat16 };
        string whole = runs.Train("whole", settings), resumed = runs.Train("resumed", settings, stopAfter: 2);

        runs.Resume(resumed);

        TinyRun.AssertSameWeights(Path.Combine(whole, Trainer.CheckpointName), Path.Combine(resumed, Trainer.CheckpointName));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Frozen_stages_stay_bit_by_bit_and_the_others_move(int stages)
    {
        using MaskRcnn network = new(Settings.Network), average = new(Settings.Network);
        Dictionary<string, float[]> before = Weights(network);
        int frozenBlocks = stages < 2 ? 0 : EfficientNetLite0.TapBlocks.Append(int.MaxValue).ElementAt(stages - 1) + 1;

        Take(network, average, Settings with { FrozenStages = stages }, steps: 2);

        foreach ((string name, float[] now) in Weights(network))
        {
            string[] parts = name.Split('.');
            bool frozen = parts[0] == "stem" ? stages > 0 : int.Parse(parts[1], null) < frozenBlocks;
            Assert.True(frozen == now.SequenceEqual(before[name]), $"{name}: {(frozen ? "moved" : "did not move")}");
        }

        static Dictionary<string, float[]> Weights(MaskRcnn network) =>
            network.Backbone.named_parameters().ToDictionary(weight => weight.name, weight => weight.parameter.ToArray());
    }

    [Fact]
    public void Masks_of_56_cells_are_trained_and_exported_as_those_of_28_are()
    {
        NetworkSettings shape = TrialModel.Settings("efficientnet-lite0") with { MaskPool = 28 };
        using TrialModel model = Trained(shape);

        Assert.Equal(56, model.File.Metadata.MaskSize);
        ExportCheck.CheckedPicture[] pictures = [.. ExportCheck.Run(model.Network, model.File, TrialModel.Pictures.Take(5))];
        Assert.All(pictures, picture => Assert.True(picture.Agrees, $"{picture}"));
        Assert.Contains(pictures, picture => picture.Leaves > 5);
    }

    [Fact]
    public void Masks_that_reach_beyond_their_boxes_are_trained_and_exported_as_others_are()
    {
        NetworkSettings shape = TrialModel.Settings("efficientnet-lite0") with { MaskMargin = 0.25f };
        using TrialModel model = Trained(shape);
        using MaskRcnn tight = new(shape with { MaskMargin = 0 });
        tight.load_state_dict(model.Network.state_dict());

        ExportCheck.CheckedPicture[] pictures = [.. ExportCheck.Run(model.Network, model.File, TrialModel.Pictures.Take(5))];
        Assert.All(pictures, picture => Assert.True(picture.Agrees, $"{picture}"));
        Assert.Contains(pictures, picture => picture.Leaves > 5);

        using Tensor picture = tensor(TrialModel.Pictures[4].Pixels).reshape(1, shape.InputSize, shape.InputSize, 3);
        IReadOnlyList<Box> wide = model.Network.Detect(picture).Boxes;
        Assert.All(tight.Detect(picture).Boxes.Zip(wide), pair =>
        {
            (Box box, Box room) = pair;
            Assert.Equal(Math.Max(0, box.X1 - (box.Width / 4)), room.X1, 1e-3f);
            Assert.Equal(Math.Min(shape.InputSize, box.Y2 + (box.Height / 4)), room.Y2, 1e-3f);
        });
    }

    private TrialModel Trained(NetworkSettings shape)
    {
        MaskRcnn network = TrialModel.CreateNetwork(shape);
        using MaskRcnn average = new(shape);
        float[] before = network.MaskHead.Logits.weight.ToArray();
        TrainingStep.Outcome outcome = Take(network, average, Settings with { Network = shape, Stages = [All with { Rate = 1e-5 }] });
        Assert.True(outcome.Losses[^1] > 0, "no mask was taught");
        Assert.NotEqual(before, network.MaskHead.Logits.weight.ToArray());
        network.eval();
        return new TrialModel(network);
    }

    /// <summary>The first steps of a run; the losses are those of the last one.</summary>
    private TrainingStep.Outcome Take(MaskRcnn network, MaskRcnn average, TrainingSettings settings, int steps = 1, Action? stepped = null)
    {
        network.train();
        network.RequireGradient(true);
        network.Backbone.Freeze(settings.FrozenStages);
        average.RequireGradient(false);
        using Optimiser optimiser = new(network, settings.Stages[0]);
        TrainingStep taking = new(network, average, settings);
        TrainingStep.Outcome? outcome = null;
        foreach (Batch batch in new BatchLoader(runs.Open(), settings).Batches(0, steps))
        {
            outcome = taking.Take(batch, optimiser, settings.Stages[0].Name, settings.Stages[0].Rate);
            stepped?.Invoke();
        }

        return outcome!;
    }
}
