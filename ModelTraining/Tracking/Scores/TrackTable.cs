using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LeafSeg.ModelTraining.Tracking.Scores;

/// <summary>Scores of tracking as text for a terminal, one column each, and as JSON.</summary>
internal static class TrackTable
{
    private static readonly (string Name, string Key, string Format, Func<TrackScore, double?> Of)[] Rows =
    [
        ("HOTA", "hota", "0.000", score => score.Hota.Hota),
        ("  DetA", "det_a", "0.000", score => score.Hota.DetA),
        ("  AssA", "ass_a", "0.000", score => score.Hota.AssA),
        ("IDF1", "idf1", "0.000", score => score.Identity.Idf1),
        ("MOTA", "mota", "0.000", score => score.Clear.Mota),
        ("identity switches", "identity_switches", "0", score => score.Clear.IdentitySwitches),
        ("  in a leaf's life", "switches_per_leaf", "0.00", score => score.Clear.SwitchesPerLeaf),
        ("right leaf a step", "right_step", "0.0000", score => score.Clear.RightStep),
        ("|DiC|, each picture for itself", "raw_dic", "0.00", score => score.MeanRawDiC),
        ("|DiC|, the count that holds", "stable_dic", "0.00", score => score.MeanStableDiC),
        ("births named within 2 pictures", "births_within_2", "0.000", score => score.BirthLags.Count == 0 ? null : score.BirthLags.Average(lag => lag <= 2 ? 1.0 : 0)),
        ("growth rate, median relative error", "growth_rate_error", "0.000", score => score.GrowthError),
        ("growth rate, median error a day", "growth_rate_deviation", "0.0000", score => score.GrowthDeviation),
    ];

    public static void Write(TextWriter writer, IReadOnlyList<(string Name, TrackScore Score)> columns)
    {
        writer.WriteLine($"{string.Empty,-36}{string.Concat(columns.Select(column => $"{column.Name,16}"))}");
        foreach ((string name, _, string format, Func<TrackScore, double?> of) in Rows)
        {
            writer.WriteLine($"{name,-36}{string.Concat(columns.Select(column => $"{of(column.Score)?.ToString(format, CultureInfo.InvariantCulture) ?? "-",16}"))}");
        }
    }

    /// <summary>Figures of all plants together, and of each.</summary>
    public static string Json(IReadOnlyList<(string Name, TrackScore All, IReadOnlyList<(string Plant, TrackScore Score)> Plants)> columns) => new JsonObject(columns.Select(column =>
        KeyValuePair.Create<string, JsonNode?>(column.Name, new JsonObject
        {
            ["all"] = Figures(column.All),
            ["plants"] = new JsonObject(column.Plants.Select(plant => KeyValuePair.Create<string, JsonNode?>(plant.Plant, Figures(plant.Score)))),
        }))).ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    private static JsonObject Figures(TrackScore score) => new(Rows.Select(row => KeyValuePair.Create<string, JsonNode?>(row.Key, row.Of(score))));
}
