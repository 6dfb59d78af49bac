using System.Text.Json.Serialization;

namespace LeafSeg.ModelTraining.Training;

/// <summary>A part of the training with its own layers, optimiser and rate.</summary>
internal sealed record StageSettings
{
    public required string Name { get; init; }

    public required TrainedLayers Layers { get; init; }

    public required int Iterations { get; init; }

    public OptimiserKind Optimiser { get; init; } = OptimiserKind.AdamW;

    /// <summary>Rate of pyramid and heads.</summary>
    public required double Rate { get; init; }

    /// <summary>Rate of the backbone as a share of <see cref="Rate"/>.</summary>
    public double BackboneRateShare { get; init; } = 0.3;

    /// <summary>Iterations over which the rate rises from nothing.</summary>
    public int WarmUp { get; init; } = 100;

    public RateSchedule Schedule { get; init; } = RateSchedule.Cosine;

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

        if (Schedule == RateSchedule.Constant)
        {
            return 1;
        }

        double progress = (iteration - WarmUp) / (double)Math.Max(1, Iterations - WarmUp);
        return 0.01 + (0.99 * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, progress))));
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

[JsonConverter(typeof(JsonStringEnumConverter<RateSchedule>))]
internal enum RateSchedule
{
    Constant,
    Cosine,
}
