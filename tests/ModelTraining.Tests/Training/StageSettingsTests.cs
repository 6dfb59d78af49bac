using System.Text.Json;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.ModelTraining.Tests.Training;

public sealed class StageSettingsTests
{
    private static readonly StageSettings Stage = new() { Name = "s", Layers = TrainedLayers.All, Iterations = 100, Rate = 1e-3, WarmUp = 10 };

    [Theory]
    [InlineData("Constant", 9, 1)]
    [InlineData("Constant", 4, 0.5)]
    [InlineData("Constant", 99, 1)]
    [InlineData("Step", 59, 1)]
    [InlineData("Step", 60, 0.1)]
    [InlineData("Step", 80, 0.01)]
    [InlineData("Cosine", 10, 1)]
    [InlineData("Cosine", 55, 0.505)]
    [InlineData("Cosine", 100, 0.01)]
    [InlineData("OnPlateau", 99, 1)]
    public void The_rate_s_factor_follows_the_schedule_after_the_warm_up(string schedule, int iteration, double factor)
    {
        StageSettings stage = Stage with { Schedule = Enum.Parse<RateSchedule>(schedule), Milestones = [60, 80] };

        Assert.Equal(factor, stage.RateFactor(iteration), 1e-9);
    }

    [Fact]
    public void What_is_given_in_epochs_becomes_steps_of_the_data_at_hand()
    {
        TrainingSettings settings = new()
        {
            Stages = [new() { Name = "all", Layers = TrainedLayers.All, Epochs = 70, Rate = 1e-3, Schedule = RateSchedule.Step, Milestones = [40, 60] }],
            BatchSize = 2,
            ValidateEveryEpochs = 0.5,
        };

        TrainingSettings steps = settings.For(pictures: 8001);

        Assert.Equal(280_035, steps.Stages[0].Iterations);
        Assert.Equal([160_020, 240_030], steps.Stages[0].Milestones);
        Assert.Equal(2000, steps.ValidateEvery);
        Assert.Equal(280_035, steps.For(pictures: 5).Iterations);
    }

    [Theory]
    [InlineData("""{ "Name": "a", "Layers": "All", "Rate": 1e-3 }""", "Stages:0:Iterations is 0 and Epochs is 0")]
    [InlineData("""{ "Name": "a", "Layers": "All", "Rate": 1e-3, "Iterations": 5, "Epochs": 2 }""", "Stages:0:Iterations is 5 and Epochs is 2")]
    [InlineData("""{ "Name": "a", "Layers": "All", "Rate": 0, "Iterations": 5 }""", "Stages:0:Rate is 0")]
    [InlineData("""{ "Name": "a", "Layers": "All", "Rate": 1, "Iterations": 5, "Momentum": 1 }""", "Stages:0:Momentum is 1")]
    [InlineData("""{ "Name": "a", "Layers": "All", "Rate": 1, "Iterations": 5, "WeightDecay": -1 }""", "Stages:0:WeightDecay is -1")]
    [InlineData("""{ "Name": "a", "Layers": "All", "Rate": 1, "Iterations": 5, "Schedule": "Step" }""", "Stages:0:Milestones has 0 entries")]
    [InlineData("""{ "Name": "a", "Layers": "All", "Rate": 1, "Iterations": 5, "Schedule": "OnPlateau" }""", "Stages:0:Plateau is missing")]
    [InlineData("""{ "Name": "a", "Layers": "All", "Rate": 1, "Iterations": 5, "Schedule": "OnPlateau", "Plateau": { "Actions": [] } }""", "Stages:0:Plateau:Actions is empty")]
    [InlineData("""{ "Name": "a", "Layers": "All", "Rate": 1, "Iterations": 5, "Schedule": "OnPlateau", "Plateau": { "Actions": [ { "Patience": 3 } ] } }""", "Stages:0:Plateau:Actions has an action without Rate and Optimiser")]
    public void A_stage_that_cannot_be_trained_is_refused_by_the_setting_s_name(string stage, string message)
    {
        TrainingSettings settings = JsonSerializer.Deserialize<TrainingSettings>($$"""{ "Stages": [ {{stage}} ] }""", Checkpoint.Json)!;

        Assert.StartsWith(message, Assert.Throws<SettingsException>(settings.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_survive_a_checkpoint_s_JSON()
    {
        TrainingSettings settings = new()
        {
            Stages = [Stage with { Schedule = RateSchedule.OnPlateau, Plateau = new() { Watch = PlateauQuantity.Loss, Actions = [new() { Rate = 1e-4 }] } }],
            EarlyStop = new() { Patience = 3 },
        };
        string json = JsonSerializer.Serialize(settings, Checkpoint.Json);

        TrainingSettings read = JsonSerializer.Deserialize<TrainingSettings>(json, Checkpoint.Json)!;

        Assert.Equal(json, JsonSerializer.Serialize(read, Checkpoint.Json));
        Assert.Equal(1e-4, read.Stages[0].AfterActions(1).Rate);
    }

    [Fact]
    public void A_falling_loss_is_progress_and_a_loss_that_is_no_number_is_none()
    {
        StageSettings stage = Stage with
        {
            Schedule = RateSchedule.OnPlateau,
            Plateau = new() { Watch = PlateauQuantity.Loss, MinDelta = 0.1, Actions = [new() { Patience = 2, Rate = 1e-4 }] },
        };
        RunState state = new();
        List<int> acted = [];
        foreach ((int i, double loss) in new[] { 3, 2.5, 2.45, 2.3, double.NaN, 2.25, 1 }.Index())
        {
            (state, PlateauAction? due) = (state with { Step = i }).AfterValidation(sbd: 0.5, loss, stage, earlyStop: null);
            if (due is not null)
            {
                acted.Add(i);
            }
        }

        Assert.Equal([5], acted);
    }
}
