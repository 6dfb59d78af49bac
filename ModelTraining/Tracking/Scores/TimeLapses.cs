using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Tracking.Scores;

/// <summary>Labelled time lapses, with a tracker's view of them: through a model, and with the true masks.</summary>
internal sealed record TimeLapses
{
    /// <summary>The plants' names, in the order of the lists below.</summary>
    public required IReadOnlyList<PlantSeries> Plants { get; init; }

    public required IReadOnlyList<IReadOnlyList<LapsePicture>> TrueMasks { get; init; }

    /// <summary>Null where there is no model.</summary>
    public required IReadOnlyList<IReadOnlyList<LapsePicture>>? ModelMasks { get; init; }

    /// <summary>Reads all pictures, finds their leaves, and reports progress on standard error.</summary>
    /// <exception cref="OperationCanceledException">Interrupted.</exception>
    public static TimeLapses Read(LabelledPictures data, IReadOnlyList<PlantSeries> plants, LeafFinder? finder, CancellationToken cancellation)
    {
        List<IReadOnlyList<LapsePicture>> withTruth = [], withModel = [];
        ProgressLine progress = ProgressLine.OnStandardError("pictures", plants.Sum(plant => plant.Moments.Count));
        try
        {
            foreach (PlantSeries plant in plants)
            {
                List<LapsePicture> truth = [], model = [];
                foreach (Moment moment in plant.Moments)
                {
                    cancellation.ThrowIfCancellationRequested();
                    LeafPicture picture = data.Read(moment.Index);
                    truth.Add(LapsePicture.Of(moment.Time, picture.Labels, picture.Labels, null));
                    if (finder is not null)
                    {
                        IReadOnlyList<LeafInstance> leaves = finder.Find(picture.Image);
                        LabelMap found = LeafMap.Paste(leaves, picture.Image.Width, picture.Image.Height);
                        model.Add(LapsePicture.Of(moment.Time, picture.Labels, found, [.. leaves.Select(leaf => leaf.Score)]));
                    }

                    progress.Advance();
                }

                withTruth.Add(truth);
                withModel.Add(model);
            }
        }
        finally
        {
            progress.End();
        }

        return new TimeLapses { Plants = plants, TrueMasks = withTruth, ModelMasks = finder is null ? null : withModel };
    }
}
