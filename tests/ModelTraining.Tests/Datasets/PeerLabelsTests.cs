using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Tests.Datasets;

/// <summary>Label pictures that others wrote.</summary>
public sealed class PeerLabelsTests
{
    public static TheoryData<string> Measured => [.. Fixtures.All("peers/plantcv")];

    public static TheoryData<string> Scored => [.. Fixtures.All("peers/lsc")];

    [Theory]
    [MemberData(nameof(Measured))]
    public void Leaves_have_the_areas_that_PlantCV_counts(string folder)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        foreach (JsonProperty picture in expected.RootElement.EnumerateObject())
        {
            var areas = LabelFile.Read(Path.Combine(folder, $"{picture.Name}.png")).Areas().Select(leaf => ((int)leaf.Label, (double)leaf.Area));
            var counted = picture.Value.GetProperty("leaves").EnumerateObject()
                .Select(leaf => (int.Parse(leaf.Name, System.Globalization.CultureInfo.InvariantCulture), leaf.Value.GetProperty("area").GetDouble()));

            Assert.Equal(counted.Order(), areas);
        }
    }

    [Theory]
    [MemberData(nameof(Scored))]
    public void The_leaf_counts_are_those_of_the_second_hand_scores(string folder)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        foreach (JsonElement pair in expected.RootElement.GetProperty("cases").EnumerateArray())
        {
            string name = pair.GetProperty("case").GetString()!;

            Assert.Equal(pair.GetProperty("truth_leaves").GetInt32(), Count($"{name}_truth.png"));
            Assert.Equal(pair.GetProperty("prediction_leaves").GetInt32(), Count($"{name}_prediction.png"));
        }

        int Count(string name) => LabelFile.Read(Path.Combine(folder, name)).Areas().Count;
    }
}
