using System.Globalization;
using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>The scores as text for a terminal: the model beside the classical method.</summary>
internal static class ScoreTable
{
    private const string Nothing = "-";

    public static void Write(TextWriter writer, LeafFinder finder, Comparison comparison)
    {
        (Scores model, Scores watershed) = (comparison.Model, comparison.Watershed);
        writer.WriteLine($"{finder.Title} on {model.Pictures} picture{(model.Pictures == 1 ? "" : "s")} of {comparison.Data.Folder}");
        writer.WriteLine();
        writer.WriteLine($"{string.Empty,-38}{" model",6}  {"95 %",-17}watershed");
        foreach ((Figure one, Figure other) in model.Leaves.Zip(watershed.Leaves))
        {
            WriteLine(writer, one.Name, one, other);
        }

        WriteSizes(writer, "by size at 512 px", model.SizesAtReference, watershed.SizesAtReference);
        WriteSizes(writer, "by size in pixels", model.SizesInPixels, watershed.SizesInPixels);
        WriteCoco(writer, "COCO masks", model.Masks, watershed.Masks);
        WriteCoco(writer, "COCO boxes", model.Boxes, watershed.Boxes);
        writer.WriteLine();
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"A leaf counts from score {finder.ScoreThreshold:0.##} on, for COCO from {finder.Lowest:0.##} on. {Intervals(comparison)}"));
    }

    /// <summary>How intervals are taken, and where there is none.</summary>
    public static string Intervals(Comparison comparison) => comparison.Model.Pictures < 2
        ? "No intervals: 1 picture, at least 2 are needed."
        : $"Intervals: percentile bootstrap over the pictures, {comparison.Resamples} draws, seed {comparison.Seed}; none where a single picture has such leaves.";

    private static void WriteSizes(TextWriter writer, string title, IReadOnlyList<Scores.SizeRow> model, IReadOnlyList<Scores.SizeRow> watershed)
    {
        writer.WriteLine();
        writer.WriteLine($"{title}: SBD of leaves");
        foreach ((Scores.SizeRow one, Scores.SizeRow other) in model.Zip(watershed))
        {
            LeafSizeScore s = one.Score;
            WriteLine(writer, $"  {s.Size.ToString().ToLowerInvariant()} ({s.TrueLeaves} there, {s.PredictedLeaves} found)", one.Sbd, other.Sbd);
        }
    }

    private static void WriteCoco(TextWriter writer, string title, IReadOnlyList<Figure> model, IReadOnlyList<Figure> watershed)
    {
        writer.WriteLine();
        writer.WriteLine(title);
        foreach ((Figure one, Figure other) in model.Zip(watershed))
        {
            WriteLine(writer, $"  {one.Name}", one, other);
        }
    }

    private static void WriteLine(TextWriter writer, string name, Figure model, Figure watershed) =>
        writer.WriteLine($"{name,-38}{Number(model.Value, model.Format),6}  {Interval(model),-17}{Number(watershed.Value, watershed.Format),6}  {Interval(watershed)}".TrimEnd());

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? Nothing;

    private static string Interval(Figure figure) => figure.Interval is { } interval
        ? $"{Number(interval.Low, figure.Format)} to {Number(interval.High, figure.Format)}"
        : figure.Value is null ? string.Empty : "no interval";
}
