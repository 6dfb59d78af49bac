using System.Text.Json;
using CsCheck;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Tests.Metrics;

public sealed class LeafScoreTests
{
    private static readonly Gen<(LabelMap, LabelMap)> TwoMaps =
        from width in Gen.Int[1, 12]
        from height in Gen.Int[1, 12]
        from first in Gen.UShort[0, 4].Array[width * height]
        from second in Gen.UShort[0, 4].Array[width * height]
        select (new LabelMap(width, height, first), new LabelMap(width, height, second));

    public static TheoryData<string> Scored => [.. Fixtures.All("peers/lsc")];

    [Theory]
    [MemberData(nameof(Scored))]
    public void Every_figure_agrees_with_an_independent_implementation(string folder)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        List<LeafScore> scores = [];
        foreach (JsonElement item in expected.RootElement.GetProperty("cases").EnumerateArray())
        {
            string name = item.GetProperty("case").GetString()!;
            LeafScore score = LeafScore.Compare(
                Maps.Read(Path.Combine(folder, $"{name}_prediction.png")), Maps.Read(Path.Combine(folder, $"{name}_truth.png")));
            scores.Add(score);
            Agree(name, item, "sbd", score.Sbd);
            Agree(name, item, "best_dice_prediction_truth", score.BestDicePredictionTruth);
            Agree(name, item, "best_dice_truth_prediction", score.BestDiceTruthPrediction);
            Agree(name, item, "dic", score.Dic);
            Agree(name, item, "fg_bg_dice", score.FgBgDice);
            Agree(name, item, "truth_leaves", score.TrueLeaves);
            Agree(name, item, "prediction_leaves", score.PredictedLeaves);
        }

        Assert.True(scores.Count >= 19, $"{scores.Count} pairs");
        JsonElement mean = expected.RootElement.GetProperty("mean");
        LeafScoreSummary summary = LeafScoreSummary.Of(scores);
        Agree("mean", mean, "sbd", summary.Sbd);
        Agree("mean", mean, "best_dice_prediction_truth", summary.BestDicePredictionTruth);
        Agree("mean", mean, "best_dice_truth_prediction", summary.BestDiceTruthPrediction);
        Agree("mean", mean, "dic", summary.Dic);
        Agree("mean", mean, "abs_dic", summary.AbsoluteDic);
        Agree("mean", mean, "fg_bg_dice", summary.FgBgDice);
    }

    [Fact]
    public void Best_dice_is_taken_both_ways()
    {
        // One leaf of 8 pixels predicted as two of 4: each half has Dice 8 / 12 with the whole.
        LeafScore score = LeafScore.Compare(Maps.Of("11112222"), Maps.Of("77777777"));
        Assert.Equal(2.0 / 3, score.BestDicePredictionTruth, 12);
        Assert.Equal(2.0 / 3, score.BestDiceTruthPrediction, 12);
        Assert.Equal(1, score.Dic);

        // A second, invented leaf has Dice 0 with everything: it halves one way and leaves the other as it is.
        LeafScore invented = LeafScore.Compare(Maps.Of("1111..22"), Maps.Of("3333...."));
        Assert.Equal(0.5, invented.BestDicePredictionTruth, 12);
        Assert.Equal(1, invented.BestDiceTruthPrediction, 12);
        Assert.Equal(0.5, invented.Sbd, 12);
        Assert.Equal(8.0 / 10, invented.FgBgDice, 12);
    }

    [Theory]
    [InlineData("....", "....", 1)]
    [InlineData("11..", "....", 0)]
    [InlineData("....", "11..", 0)]
    public void A_map_without_leaves_is_right_only_where_there_are_none(string prediction, string truth, double expected)
    {
        LeafScore score = LeafScore.Compare(Maps.Of(prediction), Maps.Of(truth));
        Assert.Equal(expected, score.BestDicePredictionTruth);
        Assert.Equal(expected, score.BestDiceTruthPrediction);
        Assert.Equal(expected, score.Sbd);
        Assert.Equal(expected, score.FgBgDice);
    }

    [Fact]
    public void Swapping_prediction_and_truth_swaps_the_two_ways() => TwoMaps.Sample((first, second) =>
    {
        LeafScore one = LeafScore.Compare(first, second);
        LeafScore other = LeafScore.Compare(second, first);
        return one.BestDicePredictionTruth == other.BestDiceTruthPrediction
            && one.FgBgDice == other.FgBgDice
            && one.Dic == -other.Dic;
    });

    [Fact]
    public void Names_of_labels_do_not_matter() => TwoMaps.Sample((first, second) =>
    {
        LabelMap renamed = new(second.Width, second.Height,
            [.. second.Labels.Select(label => label == 0 ? (ushort)0 : (ushort)(60000 - (label * 977)))]);
        LeafScore one = LeafScore.Compare(first, second);
        LeafScore other = LeafScore.Compare(first, renamed);
        return Math.Abs(one.Sbd - other.Sbd) < 1e-12 && one.Dic == other.Dic && one.FgBgDice == other.FgBgDice;
    });

    [Fact]
    public void A_map_is_perfect_against_itself() => TwoMaps.Sample((map, _) =>
    {
        LeafScore score = LeafScore.Compare(map, map);
        return score is { Dic: 0, FgBgDice: 1 } && Math.Abs(score.Sbd - 1) < 1e-12;
    });

    [Fact]
    public void Maps_of_different_size_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => LeafScore.Compare(Maps.Of("1."), Maps.Of("1")));
        Assert.Contains("2x1", error.Message, StringComparison.Ordinal);
        Assert.Contains("1x1", error.Message, StringComparison.Ordinal);
    }

    private static void Agree(string name, JsonElement expected, string field, double found)
    {
        double value = expected.GetProperty(field).GetDouble();
        Assert.True(Math.Abs(value - found) <= 1e-9, $"{name}: {field} is {found}, expected {value}");
    }
}
