namespace LeafSeg.ModelTraining.Training.Reporting;

/// <summary>What is kept of one step.</summary>
/// <param name="Step">Steps done, this one included.</param>
/// <param name="Stage">Its name.</param>
/// <param name="Rate">Of pyramid and heads.</param>
/// <param name="Losses">See <see cref="LeafLoss.Names"/>.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="Seconds">The step took in all.</param>
/// <param name="Waited">Seconds of these in which the network waited for its pictures.</param>
internal sealed record StepRecord(
    int Step, string Stage, double Rate, IReadOnlyList<float> Losses, double GradientNorm, double Seconds, double Waited);
