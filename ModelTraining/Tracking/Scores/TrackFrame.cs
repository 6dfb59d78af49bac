namespace LeafSeg.ModelTraining.Tracking.Scores;

/// <summary>The leaves of one picture of a time lapse: true and predicted identities, and how alike each pair is.</summary>
/// <param name="Truth">Identity of each true leaf; each at most once.</param>
/// <param name="Predicted">Identity of each predicted leaf; each at most once.</param>
/// <param name="Similarity">[true leaves, predicted leaves] 0..1, IoU of the masks.</param>
internal sealed record TrackFrame(int[] Truth, int[] Predicted, double[,] Similarity);
