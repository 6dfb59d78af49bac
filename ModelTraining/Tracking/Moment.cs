namespace LeafSeg.ModelTraining.Tracking;

/// <summary>One picture of a plant.</summary>
/// <param name="Index">Its number in the folder that it is of.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Time">When it was taken.</param>
internal readonly record struct Moment(int Index, string Name, DateTimeOffset Time);
