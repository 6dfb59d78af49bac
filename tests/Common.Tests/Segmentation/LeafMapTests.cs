using CsCheck;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;

namespace LeafSeg.Common.Tests.Segmentation;

public sealed class LeafMapTests
{
    private static readonly Gen<LeafInstance> AnyLeaf =
        from x in Gen.Float[-20, 60]
        from y in Gen.Float[-20, 60]
        from width in Gen.Float[0, 50]
        from height in Gen.Float[0, 50]
        from score in Gen.Float[0.01f, 1]
        from size in Gen.Int[1, 9]
        from mask in Gen.Float[0, 1].Array[size * size]
        select new LeafInstance { Box = new Box(x, y, x + width, y + height), Score = score, MaskSize = size, Mask = mask };

    [Fact]
    public void A_full_mask_fills_the_pixels_whose_centres_lie_in_the_box()
    {
        LabelMap map = LeafMap.Paste([Full(new Box(1.5f, 0, 3.49f, 2))], 5, 3);
        Assert.Equal(Maps.Of(".11..", ".11..", ".....").Labels, map.Labels);
    }

    [Fact]
    public void Between_two_cells_the_edge_runs_where_the_probability_crosses_one_half()
    {
        // Cell centres at 2.5 and 7.5; from 1 to .25 the half is crossed two thirds of the way, at 5.83.
        LeafInstance leaf = new() { Box = new Box(0, 0, 10, 1), Score = 1, MaskSize = 2, Mask = [1, 0.25f, 1, 0.25f] };
        Assert.Equal(Maps.Of("111111....").Labels, LeafMap.Paste([leaf], 10, 1).Labels);
        LeafInstance steeper = leaf with { Mask = [1, 0, 1, 0] };
        Assert.Equal(Maps.Of("11111.....").Labels, LeafMap.Paste([steeper], 10, 1).Labels);
    }

    [Fact]
    public void Every_pixel_follows_from_the_definition() => AnyLeaf.Array[0, 6].Sample(leaves =>
    {
        const int Width = 47, Height = 39;
        LabelMap map = LeafMap.Share(leaves, Width, Height);
        Expected[] all = [.. Enumerable.Range(0, Width * Height).Select(i => Expect(leaves, i % Width, i / Width))];
        bool[] remains = new bool[leaves.Length];
        for (int i = 0; i < leaves.Length; i++)
        {
            int kept = all.Count(pixel => pixel.Label == i + 1);
            int claimed = all.Count(pixel => pixel.Chances[i] >= 0.5);
            if (Math.Abs(kept - (0.4 * claimed)) < 2 && claimed > 0)
            {
                return; // Rounding may decide.
            }

            remains[i] = kept >= 0.4 * claimed;
        }

        LeafInstance[] remaining = [.. leaves.Select((leaf, i) => remains[i] ? leaf : leaf with { Mask = new float[leaf.Mask.Length] })];
        for (int i = 0; i < all.Length; i++)
        {
            Expected pixel = Expect(remaining, i % Width, i / Width);
            Assert.True(pixel.IsNear || pixel.Label == map.Labels[i], $"({i % Width}, {i / Width}) is {map.Labels[i]}, expected {pixel.Label}");
        }
    });

    [Fact]
    public void A_leaf_that_keeps_hardly_anything_of_its_own_gives_it_back()
    {
        // Twenty columns claimed, eight held by surer leaves on either side: it keeps twelve, and with a wider one two.
        LeafInstance between = Full(new Box(0, 0, 20, 10)) with { Score = 0.5f };
        LeafInstance left = Full(new Box(-20, 0, 4, 10)), right = Full(new Box(16, 0, 40, 10));
        Assert.Equal(120, LeafMap.Paste([left, between, right], 40, 10).Areas()[1].Area);

        LeafInstance wide = right with { Box = new Box(6, 0, 40, 10) };
        LabelMap map = LeafMap.Paste([left, between, wide], 40, 10);
        Assert.Equal([((ushort)1, 40), ((ushort)3, 340)], map.Areas());
        Assert.Equal(0, map[5, 5]);
    }

    [Fact]
    public void A_doubtful_second_detection_of_a_leaf_vanishes()
    {
        LeafInstance leaf = Full(new Box(0, 0, 10, 10)) with { Score = 0.9f };
        LeafInstance second = Full(new Box(2, 2, 8, 8)) with { Score = 0.4f };
        Assert.Equal([((ushort)2, 100)], LeafMap.Paste([second, leaf], 10, 10).Areas());
    }

    [Fact]
    public void Two_sure_leaves_meet_where_their_masks_cross()
    {
        // Both claim the middle; the first falls to the right, the second to the left, and they cross at 5.
        LeafInstance falling = new() { Box = new Box(0, 0, 10, 1), Score = 0.97f, MaskSize = 1, Mask = [1] };
        float[] ramp = [1, 0.9f, 0.8f, 0.7f, 0.6f, 0.5f, 0.4f, 0.3f, 0.2f, 0.1f];
        LeafInstance left = falling with { MaskSize = 10, Mask = [.. Enumerable.Repeat(ramp, 10).SelectMany(row => row)] };
        LeafInstance right = left with { Score = 0.98f, Mask = [.. left.Mask.Reverse()] };
        Assert.Equal(Maps.Of("1111122222").Labels, LeafMap.Paste([left, right], 10, 1).Labels);
    }

    [Fact]
    public void Where_each_of_two_leaves_may_be_there_is_no_hole()
    {
        // Neither reaches one half in the middle, both together do; at the right end there is one of them, and soil.
        LeafInstance left = Row(0.9f, 0.9f, 0.9f, 0.45f, 0.3f, 0.1f, 0.1f, 0.1f);
        LeafInstance right = Row(0.1f, 0.1f, 0.1f, 0.3f, 0.45f, 0.9f, 0.9f, 0.4f);
        Assert.Equal(Maps.Of("1111222.").Labels, LeafMap.Paste([left, right], 8, 1).Labels);
        Assert.Equal(Maps.Of("111.....").Labels, LeafMap.Paste([left], 8, 1).Labels);

        static LeafInstance Row(params float[] mask) => new()
        {
            Box = new Box(0, 0, mask.Length, 1),
            Score = 0.9f,
            MaskSize = mask.Length,
            Mask = [.. Enumerable.Repeat(mask, mask.Length).SelectMany(row => row)],
        };
    }

    [Fact]
    public void A_disc_cut_into_28_cells_comes_back_nearly_whole()
    {
        // The share of each cell that a disc covers, as RoIAlign would sample it, pasted back at its own size.
        const int Size = 28, Width = 120;
        Box box = new(21.3f, 17.8f, 97.6f, 94.1f);
        double radius = box.Width / 2.0;
        (double cx, double cy) = ((box.X1 + box.X2) / 2.0, (box.Y1 + box.Y2) / 2.0);
        float[] mask = new float[Size * Size];
        for (int i = 0; i < mask.Length * 64; i++)
        {
            int cell = i / 64;
            double x = box.X1 + ((cell % Size) + (((i % 8) + 0.5) / 8)) * box.Width / Size;
            double y = box.Y1 + ((cell / Size) + ((((i / 8) % 8) + 0.5) / 8)) * box.Height / Size;
            mask[cell] += Math.Pow(x - cx, 2) + Math.Pow(y - cy, 2) <= radius * radius ? 1 / 64f : 0;
        }

        LabelMap map = LeafMap.Paste([new LeafInstance { Box = box, Score = 1, MaskSize = Size, Mask = mask }], Width, Width);
        int both = 0, disc = 0;
        (double sumX, double sumY) = (0, 0);
        for (int y = 0; y < Width; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                bool inside = Math.Pow(x + 0.5 - cx, 2) + Math.Pow(y + 0.5 - cy, 2) <= radius * radius;
                disc += inside ? 1 : 0;
                both += inside && map[x, y] == 1 ? 1 : 0;
                sumX += map[x, y] * (x + 0.5);
                sumY += map[x, y] * (y + 0.5);
            }
        }

        int area = map.Areas()[0].Area;
        double dice = 2.0 * both / (disc + area);
        Assert.True(dice > 0.99, $"Dice is {dice}");

        // Half a pixel to one side would hardly show in the Dice of a disc of this size; in its middle it does.
        Assert.Equal(cx, sumX / area, 0.1);
        Assert.Equal(cy, sumY / area, 0.1);
    }

    [Fact]
    public void No_leaves_give_an_empty_map() => Assert.Empty(LeafMap.Paste([], 7, 5).Areas());

    [Fact]
    public void A_mask_of_the_wrong_length_is_refused_with_the_leaf_s_number()
    {
        LeafInstance wrong = Full(new Box(0, 0, 2, 2)) with { Mask = [1] };
        ArgumentException refused = Assert.Throws<ArgumentException>(() => LeafMap.Paste([Full(new Box(0, 0, 2, 2)), wrong], 4, 4));
        Assert.Contains("Leaf 2 has a mask of 1 numbers, expected 2 x 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_leaves_than_labels_and_no_list_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => LeafMap.Paste(null!, 4, 4));
        LeafInstance leaf = Full(new Box(0, 0, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => LeafMap.Paste([.. Enumerable.Repeat(leaf, ushort.MaxValue + 1)], 4, 4));
    }

    [Fact]
    public void A_mask_of_one_cell_and_a_probability_of_exactly_one_half_count()
    {
        LeafInstance leaf = new() { Box = new Box(0, 0, 3, 2), Score = 1, MaskSize = 1, Mask = [0.5f] };
        Assert.Equal(Maps.Of("111.", "111.").Labels, LeafMap.Paste([leaf], 4, 2).Labels);
    }

    private static LeafInstance Full(Box box) => new() { Box = box, Score = 1, MaskSize = 2, Mask = [1, 1, 1, 1] };

    /// <summary>A pixel by the definition, written without regard for speed.</summary>
    private static Expected Expect(LeafInstance[] leaves, int x, int y)
    {
        const double Rounding = 1e-4, Least = 0.2;
        double[] chances = [.. leaves.Select(leaf => Probability(leaf, x, y))];
        double[] claims = [.. chances.Select((chance, i) => chance >= Least ? chance * leaves[i].Score : 0)];
        double sum = chances.Where(chance => chance >= Least).Sum();
        double[] best = [.. claims.OrderDescending().Take(2), 0, 0];
        return new Expected(
            sum >= 0.5 ? Array.IndexOf(claims, best[0]) + 1 : 0,
            chances,
            IsNear: chances.Any(chance => Math.Abs(chance - Least) < Rounding) || Math.Abs(sum - 0.5) < Rounding || (sum >= 0.5 && best[0] - best[1] < Rounding));
    }

    private static double Probability(LeafInstance leaf, int x, int y)
    {
        Box box = leaf.Box;
        (double px, double py) = (x + 0.5, y + 0.5);
        if (px < box.X1 || px >= box.X2 || py < box.Y1 || py >= box.Y2)
        {
            return 0;
        }

        int size = leaf.MaskSize;
        double u = Math.Clamp(((px - box.X1) / ((double)box.X2 - box.X1) * size) - 0.5, 0, size - 1);
        double v = Math.Clamp(((py - box.Y1) / ((double)box.Y2 - box.Y1) * size) - 0.5, 0, size - 1);
        (int j, int i) = ((int)Math.Floor(u), (int)Math.Floor(v));
        (int j2, int i2) = (Math.Min(j + 1, size - 1), Math.Min(i + 1, size - 1));
        double upper = (leaf.Mask[(i * size) + j] * (1 - (u - j))) + (leaf.Mask[(i * size) + j2] * (u - j));
        double lower = (leaf.Mask[(i2 * size) + j] * (1 - (u - j))) + (leaf.Mask[(i2 * size) + j2] * (u - j));
        return (upper * (1 - (v - i))) + (lower * (v - i));
    }

    /// <param name="Label">Of the pixel.</param>
    /// <param name="Chances">That each leaf has it.</param>
    /// <param name="IsNear">Rounding may decide otherwise.</param>
    private sealed record Expected(int Label, double[] Chances, bool IsNear);
}
