using System.Text.Json.Serialization;
using LeafSeg.ModelTraining.Augmentation;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Networks;

namespace LeafSeg.ModelTraining.Training;

/// <summary>A training run as data. <see cref="ReadySettings"/> has whole ones.</summary>
internal sealed record TrainingSettings
{
    public NetworkSettings Network { get; init; } = new();

    public LossSettings Loss { get; init; } = new();

    public AugmentationSettings Augmentation { get; init; } = new();

    /// <summary>Heads first on the pretrained backbone, then all layers.</summary>
    public IReadOnlyList<StageSettings> Stages { get; init; } =
    [
        new() { Name = "heads", Layers = TrainedLayers.Heads, Iterations = 600, Rate = 1e-3, Schedule = RateSchedule.Constant },
        new() { Name = "all", Layers = TrainedLayers.All, Iterations = 9000, Rate = 1e-3 },
    ];

    public int BatchSize { get; init; } = 2;

    public int Seed { get; init; } = 1;

    /// <summary>See <see cref="Backbone.Freeze"/>.</summary>
    public int FrozenStages { get; init; } = 2;

    /// <summary>What the backbone computes in while it is trained; weights, pyramid and heads stay float32.</summary>
    public BackbonePrecision Precision { get; init; } = BackbonePrecision.Float32;

    /// <summary>Leaves that show fewer square pixels in the network's input are not taught.</summary>
    public int MinimumLeafArea { get; init; } = 12;

    /// <summary>Largest norm of all gradients together.</summary>
    public double GradientClip { get; init; } = 10;

    /// <summary>Share of its past that the averaged network keeps a step; that network is validated and exported.</summary>
    public double EmaDecay { get; init; } = 0.998;

    public int CheckpointEvery { get; init; } = 250;

    public int ValidateEvery { get; init; } = 1000;

    /// <summary>Validate after so many epochs in place of <see cref="ValidateEvery"/>; 0 counts in steps.</summary>
    public double ValidateEveryEpochs { get; init; }

    /// <summary>Pictures of the validation data that are scored each time.</summary>
    public int ValidationPictures { get; init; } = 50;

    /// <summary>Ends a run that no longer gets better; null trains every stage to its end.</summary>
    public EarlyStopSettings? EarlyStop { get; init; }

    /// <summary>Steps of the whole run, once its length <see cref="For"/> the data is known.</summary>
    [JsonIgnore]
    public int Iterations => Stages.Sum(stage => stage.Iterations);

    /// <summary>The same settings for so many training pictures: what is given in epochs becomes steps.</summary>
    public TrainingSettings For(int pictures)
    {
        double iterationsPerEpoch = (double)pictures / BatchSize;
        return this with
        {
            Stages = [.. Stages.Select(stage => stage.InIterations(iterationsPerEpoch))],
            ValidateEvery = ValidateEveryEpochs > 0 ? Math.Max(1, (int)Math.Round(ValidateEveryEpochs * iterationsPerEpoch)) : ValidateEvery,
            ValidateEveryEpochs = 0,
        };
    }

    public void Validate()
    {
        Network.Validate();
        Loss.Validate();
        Augmentation.Validate();
        Require(Stages.Count > 0, nameof(Stages), Stages.Count, "at least one stage");
        for (int i = 0; i < Stages.Count; i++)
        {
            Require(Stages[i] is not null, $"Stages:{i}", "null", "a stage");
            if (Stages[i].Problem() is { } problem)
            {
                throw new SettingsException($"Stages:{i}:{problem}.");
            }
        }

        if (EarlyStop?.Problem() is { } stop)
        {
            throw new SettingsException($"EarlyStop:{stop}.");
        }

        Require(BatchSize > 0, nameof(BatchSize), BatchSize, "a positive count");
        Require(EmaDecay is >= 0 and < 1, nameof(EmaDecay), EmaDecay, "0 up to, not including, 1");
        Require(GradientClip > 0, nameof(GradientClip), GradientClip, "a positive norm");
        Require(CheckpointEvery > 0, nameof(CheckpointEvery), CheckpointEvery, "a positive count");
        Require(ValidateEvery > 0, nameof(ValidateEvery), ValidateEvery, "a positive count");
        Require(ValidateEveryEpochs >= 0, nameof(ValidateEveryEpochs), ValidateEveryEpochs, "0 or more epochs");
        Require(ValidationPictures > 0, nameof(ValidationPictures), ValidationPictures, "a positive count");
        Require(FrozenStages >= 0, nameof(FrozenStages), FrozenStages, "0 or more stages");
        Require(MinimumLeafArea >= 0, nameof(MinimumLeafArea), MinimumLeafArea, "0 or more pixels");
    }

    private static void Require(bool holds, string setting, object found, string expected)
    {
        if (!holds)
        {
            throw new SettingsException($"{setting} is {found}, expected {expected}.");
        }
    }
}
