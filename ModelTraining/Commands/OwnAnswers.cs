using System.Globalization;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Export;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Metrics;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>The metadata of a model file on its own answers, measured with the file itself.</summary>
internal static class OwnAnswers
{
    private const int GoldenCases = 3;

    /// <summary>Their pictures travel in the file: a tenth of a megabyte each.</summary>
    private const int GoldenSizePx = 256;

    /// <summary>Scores the model, with progress, and prints the figures.</summary>
    /// <param name="model">The opened file.</param>
    /// <param name="unseen">Pictures that were not trained on.</param>
    /// <param name="data">What they are, in words; null: the folder's name.</param>
    /// <param name="cancellation">Ends it between two pictures.</param>
    public static ModelScores Score(LeafModel model, LabelledPictures unseen, string? data, CancellationToken cancellation)
    {
        ProgressLine progress = ProgressLine.OnStandardError("pictures scored", unseen.Count);
        List<LeafScore> scores = [];
        for (int i = 0; i < unseen.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            LeafPicture picture = unseen.Read(i);
            scores.Add(Scoring.Score(model.Find(picture.Image), picture.Labels, picture.Ignored));
            progress.Advance();
        }

        progress.End();
        LeafScoreSummary summary = LeafScoreSummary.OfPicturesWithLeaves(scores);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"SBD {summary.Sbd:0.000}, |DiC| {summary.AbsoluteDic:0.00}, DiC {summary.Dic:+0.00;-0.00}, FBD {summary.FgBgDice:0.000} on {summary.Pictures} pictures"));
        return new ModelScores
        {
            Sbd = summary.Sbd,
            Dic = summary.Dic,
            AbsoluteDic = summary.AbsoluteDic,
            FgBgDice = summary.FgBgDice,
            Data = data ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(unseen.Folder))),
            Pictures = summary.Pictures,
        };
    }

    /// <summary>What it answers to rendered pictures that travel with it.</summary>
    /// <exception cref="SettingsException">It finds hardly a leaf on them.</exception>
    public static IReadOnlyList<GoldenCase> Golden(LeafModel model)
    {
        try
        {
            return GoldenRecord.Record(model, GoldenCases, firstSeed: 1, GoldenSizePx);
        }
        catch (InvalidOperationException e)
        {
            throw new SettingsException($"The network is not ready to be exported. {e.Message}");
        }
    }
}
