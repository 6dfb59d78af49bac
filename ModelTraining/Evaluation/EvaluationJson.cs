using System.Text.Json;
using System.Text.Json.Nodes;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>All figures for other programs to read. What cannot be measured is null.</summary>
internal static class EvaluationJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Write(LeafFinder finder, Comparison comparison, AgainstModel? against = null) => new JsonObject
    {
        ["schema"] = "leafseg.evaluation/1",
        ["file"] = finder.File,
        ["title"] = finder.Title,
        ["about"] = finder.About,
        ["scoreThreshold"] = Rounded(finder.ScoreThreshold),
        ["lowestScoreForCoco"] = Rounded(finder.Lowest),
        ["data"] = comparison.Data.Folder,
        ["pictures"] = comparison.Model.Pictures,
        ["bootstrap"] = new JsonObject { ["draws"] = comparison.Resamples, ["seed"] = comparison.Seed, ["level"] = 0.95 },
        ["model"] = Of(comparison.Model),
        ["watershed"] = Of(comparison.Watershed),
        ["agreement"] = new JsonArray([.. Agreement.Of(comparison.Pictures).Select(Of)]),
        ["leavesAtIoU50"] = new JsonObject
        {
            ["matched"] = comparison.Pictures.Sum(picture => picture.Matches.Pairs.Count),
            ["missed"] = comparison.Pictures.Sum(picture => picture.Matches.Missed.Count),
            ["false"] = comparison.Pictures.Sum(picture => picture.Matches.False.Count),
            ["merged"] = comparison.Pictures.Sum(picture => picture.Matches.Merged.Count),
            ["split"] = comparison.Pictures.Sum(picture => picture.Matches.Split.Count),
        },
        ["against"] = against is null ? null : Of(against),
        ["eachPicture"] = new JsonArray([.. comparison.Pictures.Select(Of)]),
    }.ToJsonString(Indented);

    private static JsonObject Of(AgainstModel against) => new()
    {
        ["file"] = against.File,
        ["title"] = against.Title,
        ["pictures"] = against.Difference.Pictures,
        ["sbd"] = against.Difference.Before,
        ["sbdDifference"] = against.Difference.Mean,
        ["low"] = against.Difference.Interval?.Low,
        ["high"] = against.Difference.Interval?.High,
    };

    private static JsonObject Of(Scores scores) => new()
    {
        ["leaves"] = Of(scores.Leaves),
        ["cocoMasks"] = Of(scores.Masks),
        ["cocoBoxes"] = Of(scores.Boxes),
        ["sizesAt512"] = Of(scores.SizesAtReference),
        ["sizesInPixels"] = Of(scores.SizesInPixels),
    };

    private static JsonObject Of(IReadOnlyList<Figure> figures) =>
        new(figures.Select(figure => KeyValuePair.Create<string, JsonNode?>(figure.Key, Of(figure))));

    private static JsonObject Of(Figure figure) => new()
    {
        ["value"] = figure.Value,
        ["low"] = figure.Interval?.Low,
        ["high"] = figure.Interval?.High,
    };

    private static JsonObject Of(IReadOnlyList<Scores.SizeRow> rows) => new(rows.Select(row => KeyValuePair.Create<string, JsonNode?>(
        JsonNamingPolicy.CamelCase.ConvertName(row.Score.Size.ToString()),
        new JsonObject
        {
            ["trueLeaves"] = row.Score.TrueLeaves,
            ["predictedLeaves"] = row.Score.PredictedLeaves,
            ["bestDiceTruthPrediction"] = row.Score.BestDiceTruthPrediction,
            ["bestDicePredictionTruth"] = row.Score.BestDicePredictionTruth,
            ["sbd"] = Of(row.Sbd),
        })));

    private static JsonObject Of(Agreement agreement) => new()
    {
        ["name"] = agreement.Name,
        ["count"] = agreement.Points.Count,
        ["bias"] = Known(agreement.Bias),
        ["relativeBias"] = Known(agreement.RelativeBias),
        ["low"] = agreement.Limits?.Low,
        ["high"] = agreement.Limits?.High,
    };

    private static double? Known(double value) => double.IsFinite(value) ? value : null;

    private static JsonObject Of(PictureScore picture) => new()
    {
        ["name"] = picture.Name,
        ["sbd"] = picture.Score.Sbd,
        ["bestDicePredictionTruth"] = picture.Score.BestDicePredictionTruth,
        ["bestDiceTruthPrediction"] = picture.Score.BestDiceTruthPrediction,
        ["dic"] = picture.Score.Dic,
        ["fgBgDice"] = picture.Score.FgBgDice,
        ["trueLeaves"] = picture.Score.TrueLeaves,
    };

    /// <summary>.6 as a double, where the float is .60000002.</summary>
    private static double Rounded(float value) => Math.Round(value, 6);
}
