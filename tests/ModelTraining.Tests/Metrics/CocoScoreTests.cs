using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Masks;
using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Tests.Metrics;

public sealed class CocoScoreTests
{
    private const double Close = 1e-6;

    public static TheoryData<string> Answers => [.. Fixtures.All("peers/coco")];

    [Theory]
    [MemberData(nameof(Answers))]
    public void Every_figure_of_every_case_is_the_one_of_pycocotools(string answers)
    {
        string[] cases = Directory.GetDirectories(Path.Combine(answers, "cases"));
        Assert.True(cases.Length >= 20, $"{cases.Length} cases");
        foreach (string folder in cases)
        {
            string name = Path.GetFileName(folder);
            CocoSet set = CocoFile.Read(folder);
            using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
            JsonElement expected = file.RootElement;
            if (expected.TryGetProperty("error", out _))
            {
                Assert.Throws<FormatException>(() => CocoMatches.OfMasks(set));
                Assert.Throws<FormatException>(() => CocoMatches.OfBoxes(set));
                set = set with { Detections = [.. set.Detections.Where(d => set.Pictures.Contains(d.Picture))] };
            }

            // Ours has no ids to take for "no match", so it agrees with the figures free of that accident.
            expected = expected.TryGetProperty("without_quirk", out JsonElement free) ? free : expected;
            Agree($"{name} segm", CocoMatches.OfMasks(set), expected.GetProperty("segm"));
            Agree($"{name} bbox", CocoMatches.OfBoxes(set), expected.GetProperty("bbox"));
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void The_constants_are_the_ones_of_pycocotools_to_the_last_bit(string answers)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Path.Combine(answers, "params.json")));
        Assert.Equal(Numbers(file.RootElement.GetProperty("iouThrs")), CocoRules.IoUThresholds);
        Assert.Equal(Numbers(file.RootElement.GetProperty("recThrs")), CocoRules.RecallPoints);
        Assert.Equal(file.RootElement.GetProperty("stats").EnumerateArray().Select(name => name.GetString()), CocoScore.Names);
    }

    [Fact]
    public void A_picture_of_weight_two_counts_as_if_it_were_there_twice()
    {
        foreach (string folder in new[] { "leaves", "categories", "over-100" }.Select(name => Fixtures.Find($"peers/coco/cases/{name}")))
        {
            CocoSet set = CocoFile.Read(folder);
            int[] weights = [.. set.Pictures.Order().Select((_, i) => i % 3)];
            CocoScore weighted = CocoScore.Of(CocoMatches.OfMasks(set), weights);

            CocoScore written = CocoScore.Of(CocoMatches.OfMasks(Repeat(set, weights)));

            Assert.Equal(written.Figures, weighted.Figures);
        }
    }

    [Fact]
    public void Masks_of_different_size_are_refused()
    {
        CocoSet set = new()
        {
            Pictures = [1],
            Categories = [1],
            Truths = [new() { Picture = 1, Category = 1, Area = 1, Box = default, Mask = RunLengthMask.FromMask([true], 1, 1) }],
            Detections = [new() { Picture = 1, Category = 1, Score = 1, Area = 1, Box = default, Mask = RunLengthMask.FromMask([true, true], 2, 1) }],
        };
        Assert.Contains("2x1", Assert.Throws<FormatException>(() => CocoMatches.OfMasks(set)).Message, StringComparison.Ordinal);
    }

    private static CocoSet Repeat(CocoSet set, int[] weights)
    {
        long[] ids = [.. set.Pictures.Order()];
        // A copy keeps the place beside its first, so that equal scores fall in the same order.
        long[] CopiesOf(long id) => [.. Enumerable.Range(0, weights[Array.IndexOf(ids, id)]).Select(copy => (id * 10) + copy)];
        return set with
        {
            Pictures = [.. ids.SelectMany(CopiesOf)],
            Truths = [.. set.Truths.SelectMany(t => CopiesOf(t.Picture).Select(id => t with { Picture = id }))],
            Detections = [.. set.Detections.SelectMany(d => CopiesOf(d.Picture).Select(id => d with { Picture = id }))],
        };
    }

    private static void Agree(string name, CocoMatches matches, JsonElement expected)
    {
        CocoScore score = CocoScore.Of(matches);
        for (int i = 0; i < CocoScore.Names.Count; i++)
        {
            Near($"{name} {CocoScore.Names[i]}", expected.GetProperty("stats").GetProperty(CocoScore.Names[i]).GetDouble(), score.Figures[i]);
        }

        for (int threshold = 0; threshold < 10; threshold++)
        {
            for (int area = 0; area < 4; area++)
            {
                for (int limit = 0; limit < 3; limit++)
                {
                    string where = $"{name} at {threshold}, {area}, {limit}";
                    Range one = threshold..(threshold + 1);
                    Near(where, expected.GetProperty("precision_mean")[threshold][area][limit].GetDouble(), score.MeanPrecision(one, area, limit));
                    Near(where, expected.GetProperty("recall_mean")[threshold][area][limit].GetDouble(), score.MeanRecall(one, area, limit));
                }
            }
        }

        foreach ((string field, int threshold) in new[] { ("precision_at_50", 0), ("precision_at_75", 5) })
        {
            foreach (JsonProperty category in expected.GetProperty(field).EnumerateObject())
            {
                int place = matches.Categories.ToList().IndexOf(long.Parse(category.Name, System.Globalization.CultureInfo.InvariantCulture));
                double[] curve = [.. score.PrecisionCurve(place, threshold)];
                double[] points = Numbers(category.Value);
                Assert.Equal(points.Length, curve.Length);
                Assert.All(points, (point, i) => Near($"{name} {field} {category.Name}[{i}]", point, curve[i]));
            }
        }
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    private static void Near(string what, double expected, double found) =>
        Assert.True(Math.Abs(expected - found) <= Close, $"{what}: {found}, expected {expected}");
}
