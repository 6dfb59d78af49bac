using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Metrics;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>Another model on the same pictures.</summary>
/// <param name="File">Its file's name.</param>
/// <param name="Title">Name and version.</param>
/// <param name="Difference">Of the SBD: the other model's is the first figure.</param>
internal sealed record AgainstModel(string File, string Title, PairedDifference Difference)
{
    /// <param name="path">The other model.</param>
    /// <param name="data">The pictures.</param>
    /// <param name="scored">What the model itself reached on them; pictures without a leaf do not count.</param>
    /// <param name="cancellation">Ends it between two pictures.</param>
    /// <exception cref="DatasetException">No picture has a leaf.</exception>
    public static AgainstModel Run(string path, LabelledPictures data, IReadOnlyList<PictureScore> scored, CancellationToken cancellation)
    {
        PictureScore[] counted = [.. scored.Where(picture => picture.Score.TrueLeaves > 0)];
        if (counted.Length == 0)
        {
            throw new DatasetException($"{data.Folder}: no picture has a leaf, expected some to compare on");
        }

        using LeafFinder finder = LeafFinder.Open(path);
        ProgressLine progress = ProgressLine.OnStandardError($"pictures by {finder.Title}", counted.Length);
        List<double> other = [];
        foreach (PictureScore picture in counted)
        {
            cancellation.ThrowIfCancellationRequested();
            LeafPicture read = data.Read(picture.Index);
            other.Add(Scoring.Score(finder.Find(read.Image), read.Labels, read.Ignored).Sbd);
            progress.Advance();
        }

        progress.End();
        return new AgainstModel(finder.File, finder.Title, PairedDifference.Of(other, [.. counted.Select(picture => picture.Score.Sbd)]));
    }
}
