namespace LeafSeg.ModelTraining.Metrics;

/// <summary>One leaf of a map and the largest Dice that it has with any leaf of the other map; 0 where it meets none.</summary>
/// <param name="Label">In its own map.</param>
/// <param name="Area">In pixels.</param>
/// <param name="Best">0..1.</param>
public readonly record struct LeafDice(ushort Label, int Area, double Best);
