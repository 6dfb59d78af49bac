using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Metrics;
using LeafSeg.ModelTraining.Reporting;
using LeafSeg.ModelTraining.Training.Reporting;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>
/// What a model does, as one HTML file that needs no other: scores beside those of the classical method, the curves of its
/// training, the worst, middling and best pictures with their truth, and what it finds in unlabelled pictures.
/// </summary>
internal static class EvaluationReport
{
    private const int PicturesOfEachKind = 4;
    private const int WorstPictures = 8;
    private const int UnlabelledOfEachFolder = 8;
    private const int CurvePoints = 300;
    private const string Nothing = "–";

    /// <param name="finder">What was scored.</param>
    /// <param name="comparison">Its scores and those of the classical method.</param>
    /// <param name="run">Folder of the training run with its curves, if there is one.</param>
    /// <param name="unlabelled">Folders of pictures that are looked at and never scored.</param>
    /// <param name="cancellation">Ends it.</param>
    public static string Write(
        LeafFinder finder, Comparison comparison, string? run, IReadOnlyList<string> unlabelled, CancellationToken cancellation)
    {
        Html html = new(finder.Title);
        html.Line($"<p class=\"note\">{Html.Text(finder.File)}, {Html.Text(finder.About)}, leaves count from score {finder.ScoreThreshold:0.##}</p>");
        WriteScores(html, comparison);
        AgreementReport.Write(html, comparison.Pictures);
        WriteSizes(html, comparison);
        WriteCoco(html, finder, comparison);
        if (run is not null)
        {
            html.Line($"<h2>Training</h2><div class=\"charts\">");
            WriteCurve(html, run, RunLog.LossesName, "total", "Loss on training pictures", "sum of the losses");
            WriteCurve(html, run, RunLog.ScoresName, "sbd", "SBD on validation pictures", "SBD, 0 to 1");
            WriteCurve(html, run, RunLog.ScoresName, "absolute_dic", "|DiC| on validation pictures", "leaves a picture");
            html.Line($"</div>");
        }

        // Each picture is shown once, however few there are.
        PictureScore[] rising = [.. comparison.Pictures.OrderBy(p => p.Score.Sbd)];
        PictureScore[] worst = [.. rising.Take(WorstPictures)];
        PictureScore[] best = [.. rising.Skip(worst.Length).Reverse().Take(PicturesOfEachKind)];
        PictureScore[] between = [.. rising.Skip(worst.Length).SkipLast(best.Length)];
        WriteLabelled(html, finder, "Worst", comparison.Data, worst, cancellation);
        WriteLabelled(html, finder, "In the middle", comparison.Data, between.Skip((between.Length - PicturesOfEachKind) / 2).Take(PicturesOfEachKind), cancellation);
        WriteLabelled(html, finder, "Best", comparison.Data, best, cancellation);
        foreach (string folder in unlabelled)
        {
            WriteUnlabelled(html, finder, folder, cancellation);
        }

        html.Line($"<h2>Settings</h2><pre>{Html.Text(finder.Settings)}</pre>");
        return html.Finish();
    }

    private static void WriteCurve(Html html, string run, string file, string column, string title, string quantity) => new RunChart
    {
        Title = title,
        Quantity = quantity,
        Lines = [(column, RunTable.Read(Path.Combine(run, file)).Smooth(column, CurvePoints))],
    }.Write(html);

    private static void WriteScores(Html html, Comparison comparison)
    {
        html.Line($"<h2>Scores on {comparison.Model.Pictures} labelled picture{(comparison.Model.Pictures == 1 ? "" : "s")}</h2><div class=\"wide\"><table>");
        html.Line($"<tr><th></th><th class=\"n\">model</th><th class=\"n\">95 %</th><th class=\"n\">watershed</th><th class=\"n\">95 %</th></tr>");
        foreach ((Figure model, Figure watershed) in comparison.Model.Leaves.Zip(comparison.Watershed.Leaves))
        {
            html.Line($"<tr><td>{Html.Text(model.Name.Replace("->", "→", StringComparison.Ordinal))}</td>{Cells(model)}{Cells(watershed)}</tr>");
        }

        html.Line($"</table></div><p class=\"note\">SBD: how well leaves are covered, 0 to 1, the worse of both ways between found and true. BestDice: one of the ways. DiC: leaves found minus leaves there; |DiC| without its sign. FBD: how well the plant as a whole is covered. Means over the pictures, Dices over those with a leaf. {ScoreTable.Intervals(comparison)} Watershed is what one does without a network: a* of CIE Lab split by Otsu, distance transform, watershed.</p>");
    }

    private static void WriteSizes(Html html, Comparison comparison)
    {
        html.Line($"<h2>By size of the leaf</h2><div class=\"wide\"><table>");
        html.Line($"<tr><th></th><th class=\"n\">leaves</th><th class=\"n\">found</th><th class=\"n\">truth → found</th><th class=\"n\">found → truth</th><th class=\"n\">SBD</th><th class=\"n\">95 %</th><th class=\"n\">watershed</th><th class=\"n\">95 %</th></tr>");
        Rows("The picture's long side at 512 px", comparison.Model.SizesAtReference, comparison.Watershed.SizesAtReference);
        Rows("The picture's own pixels", comparison.Model.SizesInPixels, comparison.Watershed.SizesInPixels);
        html.Line($"</table></div><p class=\"note\">Small: less than 32² px, medium: less than 96² px. BestDice of the leaves of one size with leaves of any size, each leaf weighing the same; a true leaf goes by its true area, a found one by its found area; SBD is the smaller of the two ways.</p>");

        void Rows(string measure, IReadOnlyList<Scores.SizeRow> model, IReadOnlyList<Scores.SizeRow> watershed)
        {
            html.Line($"<tr><th colspan=\"9\">{measure}</th></tr>");
            foreach ((Scores.SizeRow row, Scores.SizeRow other) in model.Zip(watershed))
            {
                LeafSizeScore s = row.Score;
                html.Line($"<tr><td>{s.Size}</td><td class=\"n\">{s.TrueLeaves}</td><td class=\"n\">{s.PredictedLeaves}</td><td class=\"n\">{Number(s.BestDiceTruthPrediction, "F3")}</td><td class=\"n\">{Number(s.BestDicePredictionTruth, "F3")}</td>{Cells(row.Sbd)}{Cells(other.Sbd)}</tr>");
            }
        }
    }

    private static void WriteCoco(Html html, LeafFinder finder, Comparison comparison)
    {
        html.Line($"<h2>COCO average precision and recall</h2><div class=\"wide\"><table>");
        html.Line($"<tr><th></th><th class=\"n\">masks</th><th class=\"n\">95 %</th><th class=\"n\">boxes</th><th class=\"n\">95 %</th><th class=\"n\">masks, watershed</th><th class=\"n\">boxes, watershed</th></tr>");
        for (int i = 0; i < comparison.Model.Masks.Count; i++)
        {
            html.Line($"<tr><td>{comparison.Model.Masks[i].Name}</td>{Cells(comparison.Model.Masks[i])}{Cells(comparison.Model.Boxes[i])}<td class=\"n\">{Number(comparison.Watershed.Masks[i])}</td><td class=\"n\">{Number(comparison.Watershed.Boxes[i])}</td></tr>");
        }

        html.Line($"</table></div><p class=\"note\">AP: share of found leaves that are right, averaged over all scores, at overlaps of .50 to .95; AR: share of true leaves that are found. As pycocotools counts, one class, up to 100 leaves a picture, sizes in the picture's own pixels; leaves from score {finder.Lowest:0.##} on, each with its own mask before overlaps are resolved. Watershed has no scores: its leaves rank alike.</p>");
    }

    private static void WriteLabelled(
        Html html, LeafFinder finder, string title, LabelledPictures labelled, IEnumerable<PictureScore> pictures, CancellationToken cancellation)
    {
        if (!pictures.Any())
        {
            return;
        }

        html.Line($"<h2>{title}</h2><p class=\"note\">Left: the truth. Right: what was found. A leaf has the same number and colour in both. Red: missed (left) or false (right). Orange: split (left) or several merged (right). Grey: a region that is ignored.</p><div class=\"row\">");
        foreach (PictureScore scored in pictures)
        {
            cancellation.ThrowIfCancellationRequested();
            LeafPicture picture = labelled.Read(scored.Index);
            LeafScore s = scored.Score;
            string caption = string.Create(
                CultureInfo.InvariantCulture, $"{scored.Name}: SBD {s.Sbd:0.00}, {s.PredictedLeaves} leaves found, {s.TrueLeaves} there; {scored.Matches.Missed.Count} missed, {scored.Matches.False.Count} false, {scored.Matches.Merged.Count} merged, {scored.Matches.Split.Count} split");
            LabelMap found = IgnoredRegions.Without(Leaves(finder, picture.Image), picture.Labels, picture.Ignored);
            (RgbImage left, RgbImage right) = MatchDrawing.Draw(picture.WithIgnoredShaded(), picture.Labels, found, LeafMatches.Of(found, picture.Labels));
            html.Figure(Html.Picture(left, "truth") + Html.Picture(right, "found"), caption, isPair: true);
        }

        html.Line($"</div>");
    }

    private static void WriteUnlabelled(Html html, LeafFinder finder, string folder, CancellationToken cancellation)
    {
        (IReadOnlyList<string> files, string passedOver) = PictureFiles.In(folder);
        html.Line($"<h2>{Html.Text(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)))}, not labelled, not scored</h2>{(passedOver.Length > 0 ? $"<p class=\"note\">Passed over: {Html.Text(passedOver)}</p>" : "")}<div class=\"row\">");
        int count = Math.Min(UnlabelledOfEachFolder, files.Count);
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            string file = files[count == 1 ? 0 : i * (files.Count - 1) / (count - 1)];
            RgbImage picture = ImageFile.Read(file);
            LabelMap leaves = Leaves(finder, picture);
            string caption = $"{Path.GetFileName(file)}: {leaves.Areas().Count} leaves";
            html.Figure(Html.Picture(Overlay.Draw(picture, leaves), "found"), caption);
        }

        html.Line($"</div>");
    }

    private static LabelMap Leaves(LeafFinder finder, RgbImage picture) => LeafMap.Paste(finder.Find(picture), picture.Width, picture.Height);

    private static string Cells(Figure figure) => $"<td class=\"n\">{Number(figure)}</td><td class=\"n\"><small>{Interval(figure)}</small></td>";

    private static string Number(Figure figure) => Number(figure.Value, figure.Format);

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? Nothing;

    private static string Interval(Figure figure) => figure.Interval is { } interval
        ? $"{Number(interval.Low, figure.Format)} … {Number(interval.High, figure.Format)}"
        : figure.Value is null ? Nothing : "no interval";
}
