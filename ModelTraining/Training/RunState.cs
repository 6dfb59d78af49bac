namespace LeafSeg.ModelTraining.Training;

/// <summary>The state of a run, apart from its weights. Part of the checkpoint, so that a resumed run decides as it would have.</summary>
internal sealed record RunState
{
    /// <summary>Steps done.</summary>
    public int Step { get; init; }

    /// <summary>The step of the last validation.</summary>
    public int ValidatedStep { get; init; }

    /// <summary>SBD, for best.safetensors.</summary>
    public BestSoFar Best { get; init; } = new();

    /// <summary>SBD, for <see cref="TrainingSettings.EarlyStop"/>.</summary>
    public BestSoFar Progress { get; init; } = new();

    /// <summary>What <see cref="PlateauSettings.Watch"/> names, in the stage under way.</summary>
    public BestSoFar Plateau { get; init; } = new();

    /// <summary>How many of the plateau's actions have been taken in the stage under way.</summary>
    public int ActionsTaken { get; init; }

    /// <summary>SBD of each validation picture with a leaf before the first step; none where the run began without a trained network.</summary>
    public IReadOnlyList<double> StartSbd { get; init; } = [];

    /// <summary>The same of the best network so far.</summary>
    public IReadOnlyList<double> BestSbd { get; init; } = [];

    /// <summary>The same of the newest validation; none where the start was not scored.</summary>
    public IReadOnlyList<double> NewestSbd { get; init; } = [];

    /// <summary>Pictures in the training data, 0 in checkpoints that did not say.</summary>
    public int Pictures { get; init; }

    /// <summary>Time at work so far, over all sessions.</summary>
    public double Seconds { get; init; }

    /// <summary>The state after a validation, and the plateau's action that is due now.</summary>
    public (RunState State, PlateauAction? Due) AfterValidation(double sbd, double loss, StageSettings stage, EarlyStopSettings? earlyStop)
    {
        RunState next = this with
        {
            ValidatedStep = Step,
            Best = Best.After(sbd, Step, 0),
            Progress = Progress.After(sbd, Step, earlyStop?.MinDelta ?? 0),
        };
        if (stage.Plateau is not { } plateau || ActionsTaken == plateau.Actions.Count)
        {
            return (next, null);
        }

        next = next with { Plateau = Plateau.After(plateau.Watch == PlateauQuantity.Sbd ? sbd : -loss, Step, plateau.MinDelta) };
        PlateauAction action = plateau.Actions[ActionsTaken];
        return next.Plateau.Validations < action.Patience
            ? (next, null)
            : (next with { ActionsTaken = ActionsTaken + 1, Plateau = next.Plateau with { Validations = 0 } }, action);
    }

    /// <summary>Whether the run has gone without progress for as long as it may.</summary>
    public bool StopsEarly(EarlyStopSettings? earlyStop) => earlyStop is not null && Progress.Validations >= earlyStop.Patience;
}
