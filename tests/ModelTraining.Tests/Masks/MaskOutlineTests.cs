using CsCheck;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Masks;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Tests.Masks;

public sealed class MaskOutlineTests
{
    [Fact]
    public void A_rectangle_has_four_corners() =>
        Assert.Equal([[new(1, 1), new(4, 1), new(4, 3), new(1, 3)]], Rings(Maps.Of(".....", ".111.", ".111.", ".....")));

    [Fact]
    public void A_hole_is_a_ring_the_other_way_and_pixels_that_touch_by_a_corner_have_rings_of_their_own()
    {
        IReadOnlyList<IReadOnlyList<Point>> holed = Rings(Maps.Of("111", "1.1", "111"));
        Assert.Equal([9, -1], holed.Select(SignedArea).OrderDescending());
        Assert.Equal(2, Rings(Maps.Of("1.", ".1")).Count);
    }

    [Fact]
    public void Drawn_as_pycocotools_draws_it_the_polygon_is_the_mask() => Gen.Bool.Array[9 * 8].Sample(pixels =>
    {
        if (!pixels.Contains(true))
        {
            return;
        }

        LabelMap map = new(9, 8, [.. pixels.Select(isLeaf => isLeaf ? (ushort)1 : (ushort)0)]);
        double[] polygon = MaskOutline.Polygon(Rings(map));
        Assert.Equal(pixels, Polygon.Draw(polygon, 9, 8).ToMask());
    });

    [Fact]
    public void A_polygon_has_no_more_points_than_the_staircase_and_is_the_same_mask()
    {
        LabelMap disc = new(80, 70);
        for (int i = 0; i < disc.Labels.Length; i++)
        {
            (int x, int y) = (i % 80, i / 80);
            double distance = Math.Pow((x - 40) / 31.0, 2) + Math.Pow((y - 35) / 22.0, 2);
            disc.Labels[i] = (ushort)(distance < 1 ? 1 : 0);
        }

        IReadOnlyList<IReadOnlyList<Point>> rings = Rings(disc);
        double[] polygon = MaskOutline.Polygon(rings);
        Assert.True(polygon.Length <= 2 * rings.Sum(ring => ring.Count), "more points than the staircase has");
        Assert.Equal(disc.Labels.Select(label => label == 1), Polygon.Draw(polygon, 80, 70).ToMask());
    }

    private static IReadOnlyList<IReadOnlyList<Point>> Rings(LabelMap map) => MaskOutline.Rings(map, 1, new PixelBox(0, 0, map.Width, map.Height));

    private static double SignedArea(IReadOnlyList<Point> ring) =>
        ring.Zip([.. ring.Skip(1), ring[0]], (from, to) => ((double)from.X * to.Y) - ((double)to.X * from.Y)).Sum() / 2;
}
