using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Tests.Datasets;

/// <summary>Label pictures that others wrote.</summary>
public sealed class PeerLabelsTests
{
    [Fact]
    public void Leaves_have_the_areas_that_PlantCV_counts()
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Shared.Require("peers/plantcv/expected.json")));
        foreach (JsonProperty picture in expected.RootElement.EnumerateObject())
        {
            var areas = LabelFile.Read(Shared.Require($"peers/plantcv/{picture.Name}.png")).Areas().Select(leaf => ((int)leaf.Label, (double)leaf.Area));
            var counted = picture.Value.GetProperty("leaves").EnumerateObject()
                .Select(leaf => (int.Parse(leaf.Name, System.Globalization.CultureInfo.InvariantCulture), leaf.Value.GetProperty("area").GetDouble()));

            Assert.Equal(counted.Order(), areas);
        }
    }

    [Fact]
    public void The_leaf_counts_are_those_of_the_second_hand_scores()
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Shared.Require("peers/lsc/expected.json")));
        foreach (JsonElement pair in expected.RootElement.GetProperty("cases").EnumerateArray())
        {
            string name = pair.GetProperty("case").GetString()!;

            Assert.Equal(pair.GetProperty("truth_leaves").GetInt32(), Count($"{name}_truth"));
            Assert.Equal(pair.GetProperty("prediction_leaves").GetInt32(), Count($"{name}_prediction"));
        }
    }

    private static int Count(string name) => LabelFile.Read(Shared.Require($"peers/lsc/{name}.png")).Areas().Count;
}
