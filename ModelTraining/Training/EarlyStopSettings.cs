namespace LeafSeg.ModelTraining.Training;

/// <summary>Ends the whole run when the SBD of the validation pictures rises no more.</summary>
internal sealed record EarlyStopSettings
{
    /// <summary>Validations without progress.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>A rise counts only if it is larger than this.</summary>
    public double MinDelta { get; init; } = 0.001;

    public string? Problem() => this switch
    {
        { Patience: < 1 } => $"Patience is {Patience}, expected a positive count of validations",
        { MinDelta: < 0 } => $"MinDelta is {MinDelta}, expected 0 or more",
        _ => null,
    };
}
