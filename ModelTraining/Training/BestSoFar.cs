namespace LeafSeg.ModelTraining.Training;

/// <summary>The best value of a quantity so far and for how many validations it has not been surpassed. Part of the checkpoint.</summary>
internal sealed record BestSoFar
{
    public double? Best { get; init; }

    public int BestStep { get; init; }

    /// <summary>Validations since then.</summary>
    public int Validations { get; init; }

    /// <summary>The state after one more validation.</summary>
    /// <param name="value">The quantity now; larger is better (a loss is handed over with its sign turned), no number is no progress.</param>
    /// <param name="step">When it was measured.</param>
    /// <param name="minDelta">By how much more than the best counts as progress.</param>
    public BestSoFar After(double value, int step, double minDelta) =>
        double.IsFinite(value) && (Best is not { } best || value > best + minDelta)
            ? new BestSoFar { Best = value, BestStep = step }
            : this with { Validations = Validations + 1 };
}
