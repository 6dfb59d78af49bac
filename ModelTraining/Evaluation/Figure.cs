namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>A score with its 95 % bootstrap interval; null where there is nothing to measure.</summary>
/// <param name="Name">As it is known in the field.</param>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Format">How it is printed.</param>
/// <param name="Value">Over all pictures.</param>
/// <param name="Interval">Where it could lie with other pictures of the same kind.</param>
internal sealed record Figure(string Name, string Key, string Format, double? Value, (double Low, double High)? Interval);
