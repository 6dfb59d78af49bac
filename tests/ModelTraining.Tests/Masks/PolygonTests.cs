using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Masks;

namespace LeafSeg.ModelTraining.Tests.Masks;

public sealed class PolygonTests
{
    public static TheoryData<string> Polygons => [.. Fixtures.All("peers/coco/polygons.json")];

    [Theory]
    [MemberData(nameof(Polygons))]
    public void Every_polygon_is_drawn_as_in_pycocotools(string answers)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(answers));
        foreach (JsonElement item in file.RootElement.EnumerateArray())
        {
            string name = item.GetProperty("name").GetString()!;
            (int width, int height) = RunLengthMaskTests.SizeOf(item);
            double[][] rings = [.. item.GetProperty("polygons").EnumerateArray().Select(ring => ring.EnumerateArray().Select(n => n.GetDouble()).ToArray())];

            string[] each = [.. rings.Select(ring => Polygon.Draw(ring, width, height).ToString())];
            RunLengthMask joined = Polygon.Draw(rings, width, height);

            Assert.Equal([name, .. item.GetProperty("counts_of_each").EnumerateArray().Select(n => n.GetString()!)], [name, .. each]);
            Assert.Equal((name, item.GetProperty("counts_merged").GetString()), (name, joined.ToString()));
            Assert.Equal(item.GetProperty("sha256").GetString(), RunLengthMaskTests.DigestByColumns(joined));
            Assert.Equal(item.GetProperty("area").GetInt32(), joined.Area);
            Assert.Equal(RunLengthMaskTests.BoxOf(item), joined.Box);
        }
    }

    [Theory]
    [InlineData(new double[] { 1, 1, 5, 5 }, "4 numbers")]
    [InlineData(new double[] { 1, 1, 5, 5, 3, 3, 2 }, "7 numbers")]
    [InlineData(new double[] { 1, 1, 5, double.NaN, 3, 3 }, "NaN")]
    [InlineData(new double[] { 1, 1, 5, 5, 3e12, 3 }, "3000000000000")]
    public void A_ring_that_cannot_be_drawn_is_refused(double[] ring, string found)
    {
        FormatException error = Assert.Throws<FormatException>(() => Polygon.Draw(ring, 10, 10));
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_ring_at_all_is_refused() =>
        Assert.Throws<FormatException>(() => Polygon.Draw(Array.Empty<IReadOnlyList<double>>(), 10, 10));
}
