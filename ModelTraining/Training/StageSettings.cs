using System.Text.Json.Serialization;

namespace LeafSeg.ModelTraining.Training;

/// <summary>A part of the training with its own layers, optimiser and rate. It is as long as either its iterations or its epochs say.</summary>
internal sealed record StageSettings
{
    public required string Name { get; init; }

    public required TrainedLayers Layers { get; init; }

    /// <summary>Steps of this stage; 0 where <see cref="Epochs"/> are given.</summary>
    public int Iterations { get; init; }

    /// <summary>Passes over the training pictures; 0 where <see cref="Iterations"/> are given.</summary>
    public double Epochs { get; init; }

    public OptimiserKind Optimiser { get; init; } = OptimiserKind.AdamW;

    /// <summary>Rate of pyramid and heads.</summary>
    public required double Rate { get; init; }

    /// <summary>Rate of the backbone as a share of <see cref="Rate"/>.</summary>
    public double BackboneRateShare { get; init; } = 0.3;

    /// <summary>Iterations over which the rate rises from nothing.</summary>
    public int WarmUp { get; init; } = 100;

    public RateSchedule Schedule { get; init; } = RateSchedule.Cosine;

    /// <summary>Where <see cref="RateSchedule.Step"/> multiplies the rate: iterations of this stage, or its epochs where it counts in epochs.</summary>
    public IReadOnlyList<double> Milestones { get; init; } = [];

    /// <summary>What <see cref="RateSchedule.Step"/> multiplies the rate with.</summary>
    public double StepFactor { get; init; } = 0.1;

    /// <summary>What <see cref="RateSchedule.OnPlateau"/> watches and does.</summary>
    public PlateauSettings? Plateau { get; init; }

    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Of SGD.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>The rate's factor at an iteration of this stage, 0..1.</summary>
    public double RateFactor(int iteration)
    {
        if (iteration < WarmUp)
        {
            return (iteration + 1.0) / WarmUp;
        }

        switch (Schedule)
        {
            case RateSchedule.Step:
                return Math.Pow(StepFactor, Milestones.Count(milestone => iteration >= milestone));
            case RateSchedule.Cosine:
                double progress = (iteration - WarmUp) / (double)Math.Max(1, Iterations - WarmUp);
                return 0.01 + (0.99 * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, progress))));
            default:
                return 1;
        }
    }

    /// <summary>The stage with its length in iterations.</summary>
    public StageSettings InIterations(double iterationsPerEpoch) => Epochs == 0
        ? this
        : this with
        {
            Iterations = Math.Max(1, (int)Math.Round(Epochs * iterationsPerEpoch)),
            Epochs = 0,
            Milestones = [.. Milestones.Select(milestone => Math.Round(milestone * iterationsPerEpoch))],
        };

    /// <summary>The stage as it continues when so many of the plateau's actions have been taken.</summary>
    public StageSettings AfterActions(int taken) => (Plateau?.Actions.Take(taken) ?? []).Aggregate(
        this, (stage, action) => stage with { Rate = action.Rate ?? stage.Rate, Optimiser = action.Optimiser ?? stage.Optimiser });

    /// <summary>Says what is wrong, beginning with the setting's name; null if nothing is.</summary>
    public string? Problem()
    {
        if ((Iterations > 0) == (Epochs > 0) || Iterations < 0 || Epochs < 0)
        {
            return $"Iterations is {Iterations} and Epochs is {Epochs}, expected one of the two above 0";
        }

        if (Rate is not (> 0 and < double.PositiveInfinity))
        {
            return $"Rate is {Rate}, expected a positive rate";
        }

        if (BackboneRateShare is not (>= 0 and < double.PositiveInfinity))
        {
            return $"BackboneRateShare is {BackboneRateShare}, expected a share from 0 on";
        }

        if (StepFactor is not (> 0 and <= 1))
        {
            return $"StepFactor is {StepFactor}, expected above 0, at most 1";
        }

        if (WarmUp < 0)
        {
            return $"WarmUp is {WarmUp}, expected 0 or more iterations";
        }

        if (WeightDecay is not >= 0)
        {
            return $"WeightDecay is {WeightDecay}, expected 0 or more";
        }

        if (Momentum is not (>= 0 and < 1))
        {
            return $"Momentum is {Momentum}, expected 0 or more and less than 1";
        }

        if ((Schedule == RateSchedule.Step) != (Milestones.Count > 0))
        {
            return $"Milestones has {Milestones.Count} entries with the Schedule {Schedule}, expected at least one with Step and none otherwise";
        }

        if ((Schedule == RateSchedule.OnPlateau) != (Plateau is not null))
        {
            return $"Plateau is {(Plateau is null ? "missing" : "given")} with the Schedule {Schedule}, expected with OnPlateau and only there";
        }

        return Plateau?.Problem();
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<TrainedLayers>))]
internal enum TrainedLayers
{
    /// <summary>Pyramid, proposals and heads; the backbone stays as it is.</summary>
    Heads,

    /// <summary>Everything but the stages frozen by <see cref="TrainingSettings.FrozenStages"/>.</summary>
    All,
}

[JsonConverter(typeof(JsonStringEnumConverter<OptimiserKind>))]
internal enum OptimiserKind
{
    Sgd,
    Adagrad,
    AdamW,
}

/// <summary>How the rate continues after the warm-up.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RateSchedule>))]
internal enum RateSchedule
{
    Constant,

    /// <summary>Multiplied by <see cref="StageSettings.StepFactor"/> at each of <see cref="StageSettings.Milestones"/>.</summary>
    Step,

    /// <summary>Half a wave down to a hundredth at the stage's end.</summary>
    Cosine,

    /// <summary>Constant until <see cref="StageSettings.Plateau"/> acts.</summary>
    OnPlateau,
}
