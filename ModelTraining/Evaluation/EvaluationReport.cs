using System.Globalization;
using System.Net;
using System.Text;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Metrics;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Datasets;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>
/// What a model does, as one HTML file that needs no other: scores, the curves of its training, the best, middling
/// and worst pictures, and what it sees in pictures that nobody has labelled.
/// </summary>
internal static class EvaluationReport
{
    private const int PicturesOfEachKind = 4;
    private const int UnlabelledOfEachFolder = 8;
    private const int LongestSide = 360;

    private const string Style =
        """
        body { font: 16px/1.5 system-ui, sans-serif; color: #1d2b22; background: #fbfcfa; max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-weight: 600; } h2 { font-weight: 600; margin-top: 2.5rem; border-bottom: 1px solid #d8e0d6; }
        table { border-collapse: collapse; } td, th { padding: .25rem 1rem .25rem 0; text-align: left; vertical-align: top; }
        td.n { text-align: right; font-variant-numeric: tabular-nums; }
        .pictures { display: flex; flex-wrap: wrap; gap: 14px; } figure { margin: 0; width: 270px; } figure img { width: 100%; border-radius: 6px; }
        figcaption { font-size: .85rem; color: #55655a; } pre { background: #eef2ec; padding: 1rem; border-radius: 6px; overflow: auto; font-size: .8rem; }
        svg { width: 100%; max-width: 560px; height: auto; } .curves { display: flex; flex-wrap: wrap; gap: 20px; }
        """;

    /// <param name="model">Opened as the agent opens it.</param>
    /// <param name="file">The model file's name.</param>
    /// <param name="labelled">What it was scored on.</param>
    /// <param name="scored">The scores, one a picture.</param>
    /// <param name="run">Folder of the training run with its curves, if there is one.</param>
    /// <param name="unlabelled">Folders of pictures that are looked at and never scored.</param>
    public static string Write(
        LeafModel model, string file, LabelledPictures labelled, IReadOnlyList<ScoredPicture> scored, string? run, IReadOnlyList<string> unlabelled)
    {
        ModelMetadata about = model.Metadata;
        StringBuilder html = new();
        html.AppendLine(CultureInfo.InvariantCulture, $"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Text(file)}</title><style>{Style}</style></head><body>");
        html.AppendLine(CultureInfo.InvariantCulture, $"<h1>{Text(about.Name)} {Text(about.Version)}</h1>");
        html.AppendLine(CultureInfo.InvariantCulture, $"<p>{Text(file)}, {Text(model.Digest)}, input {about.InputSize} px, exported {about.Created:yyyy-MM-dd HH:mm} UTC, {Text(about.Licence)}</p>");
        WriteScores(html, scored);
        if (run is not null)
        {
            html.AppendLine("<h2>Training</h2><div class=\"curves\">");
            html.AppendLine(Curve.Draw("Loss, mean of 50 steps", Curve.Read(Path.Combine(run, "losses.csv"), "total", average: 50)));
            html.AppendLine(Curve.Draw("SBD on validation pictures", Curve.Read(Path.Combine(run, "scores.csv"), "sbd", average: 1)));
            html.AppendLine(Curve.Draw("|DiC| on validation pictures", Curve.Read(Path.Combine(run, "scores.csv"), "absolute_dic", average: 1)));
            html.AppendLine("</div>");
        }

        ScoredPicture[] falling = [.. scored.OrderByDescending(s => s.Score.Sbd)];
        WriteLabelled(html, model, "Best", labelled, falling.Take(PicturesOfEachKind));
        WriteLabelled(html, model, "In the middle", labelled, falling.Skip((falling.Length - PicturesOfEachKind) / 2).Take(PicturesOfEachKind));
        WriteLabelled(html, model, "Worst", labelled, falling.TakeLast(PicturesOfEachKind));
        foreach (string folder in unlabelled)
        {
            WriteUnlabelled(html, model, folder);
        }

        html.AppendLine(CultureInfo.InvariantCulture, $"<h2>Settings</h2><pre>{Text(about.Training)}</pre></body></html>");
        return html.ToString();
    }

    private static void WriteScores(StringBuilder html, IReadOnlyList<ScoredPicture> scored)
    {
        LeafScoreSummary s = LeafScoreSummary.Of([.. scored.Select(p => p.Score)]);
        html.AppendLine(CultureInfo.InvariantCulture, $"<h2>Scores on {s.Pictures} labelled pictures</h2><table>");
        Row("Symmetric Best Dice (SBD)", s.Sbd, "F3");
        Row("Best Dice, prediction to truth", s.BestDicePredictionTruth, "F3");
        Row("Best Dice, truth to prediction", s.BestDiceTruthPrediction, "F3");
        Row("|DiC|, leaves miscounted a picture", s.AbsoluteDic, "F2");
        Row("DiC, predicted minus true", s.Dic, "+0.00;-0.00");
        Row("Foreground-background Dice", s.FgBgDice, "F3");
        html.AppendLine("</table>");

        void Row(string name, double value, string format) => html.AppendLine(
            CultureInfo.InvariantCulture, $"<tr><td>{name}</td><td class=\"n\">{value.ToString(format, CultureInfo.InvariantCulture)}</td></tr>");
    }

    private static void WriteLabelled(
        StringBuilder html, LeafModel model, string title, LabelledPictures labelled, IEnumerable<ScoredPicture> pictures)
    {
        html.AppendLine(CultureInfo.InvariantCulture, $"<h2>{title}</h2><div class=\"pictures\">");
        foreach (ScoredPicture scored in pictures)
        {
            LeafScore s = scored.Score;
            WriteFigure(html, model, labelled.Read(scored.Index).Image, _ => string.Create(
                CultureInfo.InvariantCulture, $"{scored.Name}: SBD {s.Sbd:0.00}, {s.PredictedLeaves} leaves found, {s.TrueLeaves} there"));
        }

        html.AppendLine("</div>");
    }

    private static void WriteUnlabelled(StringBuilder html, LeafModel model, string folder)
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(folder)
                .Where(f => Path.GetExtension(f).ToUpperInvariant() is ".PNG" or ".JPG" or ".JPEG")
                .Order(StringComparer.Ordinal),
        ];
        if (files.Length == 0)
        {
            throw new DatasetException($"{folder}: no PNG or JPEG picture in it");
        }

        html.AppendLine(CultureInfo.InvariantCulture, $"<h2>{Text(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)))}, not labelled, not scored</h2><div class=\"pictures\">");
        int count = Math.Min(UnlabelledOfEachFolder, files.Length);
        for (int i = 0; i < count; i++)
        {
            string file = files[count == 1 ? 0 : i * (files.Length - 1) / (count - 1)];
            WriteFigure(html, model, ImageFile.Read(file), leaves => $"{Path.GetFileName(file)}: {leaves} leaves");
        }

        html.AppendLine("</div>");
    }

    private static void WriteFigure(StringBuilder html, LeafModel model, RgbImage picture, Func<int, string> caption)
    {
        LabelMap leaves = LeafMap.Paste(model.Find(picture), picture.Width, picture.Height);
        RgbImage drawn = Overlay.Draw(picture, leaves);
        int side = Math.Min(LongestSide, Math.Max(drawn.Width, drawn.Height));
        Letterbox letterbox = Letterbox.Fit(drawn.Width, drawn.Height, side);
        RgbImage small = letterbox.Apply(drawn);
        string jpeg = Convert.ToBase64String(ImageFile.Encode(small, ".jpg"));
        html.AppendLine(CultureInfo.InvariantCulture, $"<figure><img src=\"data:image/jpeg;base64,{jpeg}\" alt=\"\"><figcaption>{Text(caption(leaves.Areas().Count))}</figcaption></figure>");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
