using System.Text.Json;
using CsCheck;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tests.Traits;

public sealed class PlantTraitsTests
{
    /// <summary>At either end: where the edge is taken to run depends on what else is there.</summary>
    private const double HalfPixels = 1;

    private static readonly Gen<LabelMap> AnyMap =
        from width in Gen.Int[1, 14]
        from height in Gen.Int[1, 14]
        from labels in Gen.UShort[0, 3].Array[width * height]
        select new LabelMap(width, height, labels);

    public static TheoryData<string> Measured => [.. Fixtures.All("peers/plantcv")];

    [Theory]
    [MemberData(nameof(Measured))]
    public void Traits_agree_with_PlantCV(string folder)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        int pictures = 0, convex = 0;
        foreach (JsonProperty picture in expected.RootElement.EnumerateObject())
        {
            LabelMap map = Maps.Read(Path.Combine(folder, $"{picture.Name}.png"));
            PlantTraits plant = PlantTraits.Measure(map);
            pictures++;
            JsonElement.ObjectEnumerator leaves = picture.Value.GetProperty("leaves").EnumerateObject();
            Assert.Equal(leaves.Count(), plant.LeafCount);
            foreach ((JsonProperty peer, LeafTraits leaf) in leaves.Zip(plant.Leaves))
            {
                string where = $"{picture.Name}, leaf {leaf.Leaf}: ";
                JsonElement value = peer.Value;
                Agree(where + "area", value.GetProperty("area").GetDouble(), leaf.AreaPx, 0);
                Agree(where + "width", value.GetProperty("width").GetDouble(), leaf.Box.Width, 0);
                Agree(where + "height", value.GetProperty("height").GetDouble(), leaf.Box.Height, 0);
                Agree(where + "x", value.GetProperty("center_of_mass")[0].GetDouble(), leaf.Centroid.X, 1e-3);
                Agree(where + "y", value.GetProperty("center_of_mass")[1].GetDouble(), leaf.Centroid.Y, 1e-3);
                Assert.Equal(value.GetProperty("object_in_frame").GetBoolean(), leaf.InFrame);

                // PlantCV's hull joins the pixels' centres, which leaves out half of those that it goes through and one
                // more (Pick's theorem): its solidity passes 1.
                Outline outline = Outline.Of(map, leaf.Box, (ushort)leaf.Leaf, (ushort)leaf.Leaf);
                Assert.True(outline.HullArea >= leaf.AreaPx, where + "solidity passes 1");
                double theirHull = value.GetProperty("convex_hull_area").GetDouble();
                Assert.InRange(outline.HullArea - theirHull, 1, 2 + (leaf.PerimeterPx / 2));

                // Theirs joins centres too, and walks the hull in a way that does not always find the longest; a leaf of
                // two parts is first joined by a line, which has a thickness.
                if (picture.Name != "two-parts")
                {
                    Assert.InRange(leaf.LengthPx, value.GetProperty("longest_path").GetDouble() - 1e-9, double.MaxValue);
                }

                // Theirs goes through centres (pi less), in steps of 45 degrees (0 to 8 % more).
                if (picture.Name is "circle" or "ellipse")
                {
                    convex++;
                    Agree(where + "perimeter", (value.GetProperty("perimeter").GetDouble() + Math.PI) / 1.055, leaf.PerimeterPx, 0.01 * leaf.PerimeterPx);
                    Agree(where + "length", value.GetProperty("ellipse_major_axis").GetDouble() + 1, leaf.LengthPx, 0.01 * leaf.LengthPx);
                    Agree(where + "width", value.GetProperty("ellipse_minor_axis").GetDouble() + 1, leaf.WidthPx, 0.01 * leaf.WidthPx);
                }
            }

            JsonElement whole = picture.Value.GetProperty("plant").GetProperty("1");
            Agree(picture.Name + ": area", whole.GetProperty("area").GetDouble(), plant.ProjectedLeafAreaPx, 0);
            Assert.Equal(whole.GetProperty("object_in_frame").GetBoolean(), plant.InFrame);
        }

        Assert.Equal(15, pictures);
        Assert.Equal(2, convex);
    }

    [Fact]
    public void A_rectangle_is_as_long_as_its_diagonal_as_wide_as_its_short_side_and_fills_its_hull()
    {
        PlantTraits plant = PlantTraits.Measure(Maps.Of(
            ".......",
            ".1111..",
            ".1111..",
            ".1111..",
            "......."));
        LeafTraits leaf = Assert.Single(plant.Leaves);
        Assert.Equal(12, leaf.AreaPx);
        Assert.Equal(new PixelBox(1, 1, 5, 4), leaf.Box);
        Assert.Equal(new PicturePoint(2.5, 2), leaf.Centroid);
        Assert.Equal(14, leaf.PerimeterPx, 9);
        Assert.Equal((5, 3), (Math.Round(leaf.LengthPx, 9), Math.Round(leaf.WidthPx, 9)));
        Assert.Equal(12, plant.ConvexHullAreaPx, 9);
        Assert.Equal(1, plant.Compactness!.Value, 12);
        Assert.Equal(4 * Math.PI * 12 / (14 * 14), plant.Stockiness!.Value, 9);
    }

    [Fact]
    public void A_line_of_pixels_is_one_wide()
    {
        LeafTraits leaf = Assert.Single(PlantTraits.Measure(Maps.Of("..11111..")).Leaves);
        Assert.Equal((Math.Sqrt(26), 1, 12), (leaf.LengthPx, leaf.WidthPx, leaf.PerimeterPx));
        LeafTraits pixel = Assert.Single(PlantTraits.Measure(Maps.Of("...", ".2.", "...")).Leaves);
        Assert.Equal((Math.Sqrt(2), 1, 4), (pixel.LengthPx, pixel.WidthPx, pixel.PerimeterPx));
        Assert.Equal(2, pixel.Leaf);
    }

    [Fact]
    public void A_leaf_cut_in_two_is_one_leaf()
    {
        PlantTraits plant = PlantTraits.Measure(Maps.Of(
            ".........",
            ".112.211.",
            ".112.211.",
            "........."));
        Assert.Equal(2, plant.LeafCount);
        Assert.Equal(8, plant.Leaves[0].AreaPx);
        Assert.InRange(plant.Leaves[0].PerimeterPx, 14, 16.5);
        Assert.Equal(Math.Sqrt(53), plant.Leaves[0].LengthPx, 9);
        Assert.Equal(12 / 14.0, plant.Compactness!.Value, 9);
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(0, 1, false)]
    [InlineData(1, 0, false)]
    [InlineData(3, 1, false)]
    [InlineData(1, 2, false)]
    public void A_leaf_in_the_outermost_row_or_column_is_not_in_frame(int x, int y, bool inFrame)
    {
        LabelMap map = new(5, 4);
        (map[x, y], map[x + 1, y], map[x, y + 1]) = (1, 1, 1);
        PlantTraits plant = PlantTraits.Measure(map);
        Assert.Equal((inFrame, inFrame), (plant.InFrame, plant.Leaves[0].InFrame));
    }

    [Fact]
    public void Millimetres_follow_from_the_scale_and_are_null_without_one()
    {
        LabelMap map = Maps.Of(".....", ".111.", ".111.", ".....");
        PlantTraits plant = PlantTraits.Measure(map, PictureScale.Fixed(0.5));
        LeafTraits leaf = plant.Leaves[0];
        Assert.Equal(1.5, plant.ProjectedLeafAreaMm2);
        Assert.Equal(plant.DiameterPx * 0.5, plant.DiameterMm!.Value, 9);
        Assert.Equal(1.5, leaf.AreaMm2);
        Assert.Equal(leaf.PerimeterPx / 2, leaf.PerimeterMm!.Value, 9);
        Assert.Equal(leaf.LengthPx / 2, leaf.LengthMm!.Value, 9);
        Assert.Equal(leaf.WidthPx / 2, leaf.WidthMm!.Value, 9);

        PlantTraits unscaled = PlantTraits.Measure(map);
        Assert.Null(unscaled.ProjectedLeafAreaMm2);
        Assert.Null(unscaled.DiameterMm);
        Assert.Equal((null, null, null, null),
            (unscaled.Leaves[0].AreaMm2, unscaled.Leaves[0].PerimeterMm, unscaled.Leaves[0].LengthMm, unscaled.Leaves[0].WidthMm));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureScale.Fixed(0));
    }

    [Fact]
    public void A_plant_without_leaves_has_no_area_and_no_shape()
    {
        PlantTraits plant = PlantTraits.Measure(new LabelMap(5, 4), PictureScale.Fixed(0.2));
        Assert.Equal((0, 0, 0.0, 0.0), (plant.LeafCount, plant.ProjectedLeafAreaPx, plant.ProjectedLeafAreaMm2, plant.DiameterMm));
        Assert.Null(plant.Compactness);
        Assert.Null(plant.Stockiness);
        Assert.True(plant.InFrame);
        Assert.Null(PlantTraits.Measure(new LabelMap(5, 4)).ProjectedLeafAreaMm2);
    }

    [Fact]
    public void Ratios_never_pass_one_and_parts_never_pass_the_whole() => AnyMap.Sample(map =>
    {
        PlantTraits plant = PlantTraits.Measure(map);
        return plant.LeafCount == 0 || (plant.Compactness is > 0 and <= 1
            && plant.Stockiness is > 0 and <= 1
            && plant.Leaves.Sum(leaf => leaf.AreaPx) == plant.ProjectedLeafAreaPx
            && plant.Leaves.All(leaf => leaf.WidthPx <= leaf.LengthPx + 1e-9 && leaf.LengthPx <= plant.DiameterPx + HalfPixels)
            && plant.Leaves.All(leaf => leaf.InFrame) == plant.InFrame);
    });

    [Fact]
    public void A_quarter_turn_changes_nothing_but_the_place() => AnyMap.Sample(map =>
    {
        LabelMap turned = new(map.Height, map.Width);
        for (int y = 0; y < map.Height; y++)
        {
            for (int x = 0; x < map.Width; x++)
            {
                turned[map.Height - 1 - y, x] = map[x, y];
            }
        }

        PlantTraits before = PlantTraits.Measure(map);
        PlantTraits after = PlantTraits.Measure(turned);
        return Near(before.DiameterPx, after.DiameterPx) && Near(before.PerimeterPx, after.PerimeterPx)
            && before.ConvexHullAreaPx == after.ConvexHullAreaPx && before.InFrame == after.InFrame
            && before.Leaves.Zip(after.Leaves).All(pair => Near(pair.First.LengthPx, pair.Second.LengthPx)
                && Near(map.Height - 1 - pair.First.Centroid.Y, pair.Second.Centroid.X));
    });

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-6;

    private static void Agree(string what, double expected, double found, double tolerance) =>
        Assert.True(Math.Abs(expected - found) <= tolerance, $"{what} is {found}, PlantCV says {expected}");
}
