using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>A network and the classical method on the same labelled pictures.</summary>
internal sealed record Comparison
{
    public required LabelledPictures Data { get; init; }

    /// <summary>One score a picture, in the order of the data.</summary>
    public required IReadOnlyList<PictureScore> Pictures { get; init; }

    public required Scores Model { get; init; }

    public required Scores Watershed { get; init; }

    public required int Resamples { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Scores every picture and takes the figures; reports progress on standard error.</summary>
    /// <exception cref="OperationCanceledException">Interrupted.</exception>
    public static Comparison Run(LeafFinder finder, LabelledPictures data, int resamples, ulong seed, CancellationToken cancellation)
    {
        List<PictureScore> model = [];
        List<PictureScore> classical = [];
        ProgressLine progress = ProgressLine.OnStandardError("pictures", data.Count);
        try
        {
            for (int i = 0; i < data.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                LeafPicture picture = data.Read(i);
                model.Add(PictureScore.Of(i, picture, finder, finder.FindAll(picture.Image)));
                classical.Add(PictureScore.Of(i, picture, WatershedLeaves.Find(picture.Image)));
                progress.Advance();
            }
        }
        finally
        {
            progress.End();
        }

        ProgressLine draws = ProgressLine.OnStandardError("draws for intervals", 2 * resamples);
        try
        {
            return new Comparison
            {
                Data = data,
                Pictures = model,
                Model = Scores.Of(model, resamples, seed, () => draws.Advance(), cancellation),
                Watershed = Scores.Of(classical, resamples, seed, () => draws.Advance(), cancellation),
                Resamples = resamples,
                Seed = seed,
            };
        }
        finally
        {
            draws.End();
        }
    }
}
