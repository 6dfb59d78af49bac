using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;

namespace LeafSeg.Common.Tests.Synthesis;

public sealed class RosetteRendererTests
{
    private static readonly RosetteSettings Small = new() { Size = 200, NoPlantShare = 0 };

    [Fact]
    public void The_same_seed_gives_the_same_bytes_on_any_number_of_threads()
    {
        Rendering[] alone = [.. Enumerable.Range(0, 12).Select(Render)];
        Rendering[] together = new Rendering[alone.Length];
        Parallel.For(0, together.Length, index => together[index] = Render(index));

        for (int i = 0; i < alone.Length; i++)
        {
            Assert.Equal(alone[i].Image.Pixels, together[i].Image.Pixels);
            Assert.Equal(alone[i].Labels.Labels, together[i].Labels.Labels);
        }

        static Rendering Render(int index) => RosetteRenderer.Render(Small, RosetteRenderer.SeedOf(5, index));
    }

    [Fact]
    public void Different_seeds_give_different_plants_before_different_grounds()
    {
        Rendering first = RosetteRenderer.Render(Small, 1), second = RosetteRenderer.Render(Small, 2);

        Assert.NotEqual(first.Labels.Labels, second.Labels.Labels);
        Assert.True(MeanDifference(first.Image, second.Image, (_, _) => true) > 2);
    }

    [Fact]
    public void Seeds_of_pictures_never_change_because_models_in_the_field_name_them()
    {
        Assert.Equal([15916886550466581944UL, 16321219242549553506UL], [RosetteRenderer.SeedOf(1, 0), RosetteRenderer.SeedOf(1, 1)]);
    }

    [Fact]
    public void A_leaf_has_a_label_only_where_enough_of_it_is_visible()
    {
        RosetteSettings settings = Small with { MinVisibleArea = 60 };
        int dropped = 0;
        for (ulong seed = 0; seed < 10; seed++)
        {
            Rendering rendering = RosetteRenderer.Render(settings, seed);
            Rendering everything = RosetteRenderer.Render(settings with { MinVisibleArea = 1 }, seed);

            Assert.All(rendering.Labels.Areas(), leaf => Assert.True(leaf.Area >= 60));
            Assert.Equal(everything.Labels.Areas().Where(leaf => leaf.Area >= 60), rendering.Labels.Areas());
            Assert.Equal(rendering.Labels.Areas().Count, rendering.LeafCount);
            Assert.Equal(everything.LeafCount + everything.DroppedLeaves, rendering.LeafCount + rendering.DroppedLeaves);
            Assert.Equal(everything.Image.Pixels, rendering.Image.Pixels);
            dropped += rendering.DroppedLeaves;
        }

        Assert.True(dropped > 0);
    }

    [Fact]
    public void A_leaf_of_which_the_sensor_saw_too_little_has_no_label()
    {
        RosetteSettings coarse = Small with { LowResolutionShare = 1, MinVisibleArea = 1, SmallShare = 1 };
        int dropped = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            Rendering small = RosetteRenderer.Render(coarse, seed);
            Rendering enlarged = RosetteRenderer.Render(coarse with { SmallShare = 0 }, seed);

            // An area counted at the full size and one counted after the reduction differ by what the outline cuts off.
            Assert.All(small.Labels.Areas(), leaf => Assert.True(leaf.Area >= coarse.MinSeenArea / 2, $"{leaf.Area} pixels, seed {seed}"));
            Assert.InRange(small.Image.Width, 24, 180);
            Assert.Equal(small.Image.Width, small.Labels.Width);
            Assert.Equal(coarse.Size, enlarged.Image.Width);
            Assert.Equal(enlarged.LeafCount, small.LeafCount);
            dropped += small.DroppedLeaves;
        }

        Assert.True(dropped > 0);
    }

    [Fact]
    public void Neighbours_show_in_the_picture_and_have_no_labels()
    {
        RosetteSettings crowded = Small with { NeighbourShare = 1, LowResolutionShare = 0, MinRadius = .05f, MaxRadius = .1f, NoPlantShare = 1 };
        int changed = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            Rendering with = RosetteRenderer.Render(crowded, seed);
            Rendering without = RosetteRenderer.Render(crowded with { NeighbourShare = 0 }, seed);

            Assert.All(with.Labels.Labels, label => Assert.Equal(0, label));
            changed += with.Image.Pixels.SequenceEqual(without.Image.Pixels) ? 0 : 1;
        }

        Assert.True(changed > 15, $"{changed} of 20 pictures show a neighbour");
    }

    [Fact]
    public void Plant_tags_have_no_labels()
    {
        RosetteSettings tagged = Small with { TagShare = 1, LowResolutionShare = 0, MaxRadius = .1f };
        for (ulong seed = 0; seed < 5; seed++)
        {
            Rendering with = RosetteRenderer.Render(tagged, seed), without = RosetteRenderer.Render(tagged with { TagShare = 0 }, seed);

            Assert.Equal(without.Labels.Labels, with.Labels.Labels);
            Assert.NotEqual(without.Image.Pixels, with.Image.Pixels);
        }
    }

    [Fact]
    public void Plants_are_dense_and_sparse_small_and_beyond_the_border()
    {
        Rendering[] renderings = [.. Enumerable.Range(0, 150).Select(index =>
            RosetteRenderer.Render(new RosetteSettings { Size = 160, NoPlantShare = 0, LowResolutionShare = .5f, MinVisibleArea = 4, MinSeenArea = 1 }, RosetteRenderer.SeedOf(8, index)))];

        Assert.Contains(renderings, picture => picture.LeafCount >= 20);
        Assert.Contains(renderings, picture => picture.LeafCount <= 3);
        Assert.InRange(renderings.Average(picture => picture.LeafCount), 6, 14);
        Assert.InRange(renderings.Count(TouchesBorder), 3, 60);

        static bool TouchesBorder(Rendering picture) =>
            Enumerable.Range(0, 160).Any(i => picture.Labels[i, 0] != 0 || picture.Labels[i, 159] != 0 || picture.Labels[0, i] != 0 || picture.Labels[159, i] != 0);
    }

    [Fact]
    public void Leaf_counts_stay_within_the_range_asked_for()
    {
        RosetteSettings settings = Small with { MinLeaves = 5, MaxLeaves = 7, MinRadius = .4f, LowResolutionShare = 0, MinVisibleArea = 4 };
        for (ulong seed = 0; seed < 10; seed++)
        {
            Rendering rendering = RosetteRenderer.Render(settings, seed);

            Assert.InRange(rendering.LeafCount, 3, 7);
        }
    }

    [Fact]
    public void All_leaves_hang_together_by_their_petioles()
    {
        RosetteSettings settings = Small with { MinRadius = .35f, MaxRadius = .45f, LowResolutionShare = 0, MinVisibleArea = 1, MinSeenArea = 1 };
        for (ulong seed = 0; seed < 10; seed++)
        {
            LabelMap labels = RosetteRenderer.Render(settings, seed).Labels;

            Assert.True(LargestPart(labels) >= .97 * labels.Labels.Count(label => label != 0), $"seed {seed}: {LargestPart(labels)} of {labels.Labels.Count(label => label != 0)}");
        }
    }

    /// <summary>Taking the plant away changes the picture where there are labels, and leaves what is far from them alone.</summary>
    [Fact]
    public void Labels_lie_exactly_on_the_plant()
    {
        RosetteSettings settings = new() { Size = 256, NoPlantShare = 0, LowResolutionShare = 0, MinRadius = .15f, MaxRadius = .25f, MinVisibleArea = 1 };
        (int X, int Y)[] shifts = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)];
        double[] change = new double[shifts.Length];
        double beside = 0;
        for (ulong seed = 0; seed < 12; seed++)
        {
            Rendering with = RosetteRenderer.Render(settings, seed);
            Rendering without = RosetteRenderer.Render(settings with { NoPlantShare = 1 }, seed);
            (int left, int top, int right, int bottom) = Bounds(with.Labels);
            const int Reach = 70;

            for (int i = 0; i < shifts.Length; i++)
            {
                change[i] += MeanDifference(with.Image, without.Image, (x, y) => with.Labels[x - shifts[i].X, y - shifts[i].Y] != 0);
            }

            beside += MeanDifference(with.Image, without.Image, (x, y) => x < left - Reach || x > right + Reach || y < top - Reach || y > bottom + Reach);
        }

        Assert.True(change[0] / 12 > 15, $"{change[0] / 12} grey levels on the plant");
        Assert.All(change[1..], shifted => Assert.True(shifted < change[0], $"{shifted} one pixel away, {change[0]} in place"));
        Assert.True(beside / 12 < .05, $"{beside / 12} grey levels beside it");
    }

    [Fact]
    public void A_picture_without_a_plant_has_no_labels()
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            Rendering rendering = RosetteRenderer.Render(Small with { NoPlantShare = 1 }, seed);

            Assert.Equal(0, rendering.LeafCount);
            Assert.Equal(0, rendering.DroppedLeaves);
            Assert.All(rendering.Labels.Labels, label => Assert.Equal(0, label));
        }
    }

    [Fact]
    public void The_share_of_pictures_without_a_plant_is_kept()
    {
        RosetteSettings settings = new() { Size = 64, NoPlantShare = .3f, MinVisibleArea = 1, MinRadius = .2f };

        int empty = Enumerable.Range(0, 120).Count(index => RosetteRenderer.Render(settings, RosetteRenderer.SeedOf(1, index)).LeafCount == 0);

        Assert.InRange(empty, 20, 55);
    }

    [Fact]
    public void In_a_time_lapse_leaves_stay_what_they_are_and_the_plant_grows()
    {
        RosetteSettings settings = new() { Size = 300, MinLeaves = 8, MaxLeaves = 12, NoPlantShare = 1, LowResolutionShare = 0 };
        for (ulong seed = 0; seed < 3; seed++)
        {
            Rendering[] frames = [.. Enumerable.Range(0, 24).Select(frame => RosetteRenderer.RenderFrame(settings, seed, frame, 24))];

            Assert.All(frames[0].Labels.Areas(), leaf => Assert.InRange(leaf.Label, 1, 2));
            Assert.True(frames[^1].LeafCount >= frames[0].LeafCount + 4);
            for (int i = 1; i < frames.Length; i++)
            {
                Assert.True(PlantArea(frames[i]) > PlantArea(frames[i - 1]) * .98);
                AssertSameLeaves(frames[i - 1].Labels, frames[i].Labels);
            }

            Assert.True(PlantArea(frames[^1]) > 4 * PlantArea(frames[0]));
        }
    }

    [Fact]
    public void A_frame_of_a_time_lapse_does_not_depend_on_the_others()
    {
        Rendering once = RosetteRenderer.RenderFrame(Small, 3, 4, 9), again = RosetteRenderer.RenderFrame(Small, 3, 4, 9);

        Assert.Equal(once.Image.Pixels, again.Image.Pixels);
        Assert.Throws<ArgumentOutOfRangeException>(() => RosetteRenderer.RenderFrame(Small, 3, 9, 9));
    }

    [Fact]
    public void A_colour_mask_tells_every_leaf_apart()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "mask.png");
        for (ulong seed = 0; seed < 5; seed++)
        {
            LabelMap labels = RosetteRenderer.Render(Small, seed).Labels;
            ColourMask.Write(path, labels, RosetteRenderer.MaskColours(seed));
            LabelMap read = ColourMask.Read(path);

            Assert.Equal(labels.Areas().Count, labels.Labels.Zip(read.Labels).Distinct().Count(pair => pair.First != 0));
            Assert.Equal(labels.Areas().Select(leaf => leaf.Area).Order(), read.Areas().Select(leaf => leaf.Area).Order());
        }
    }

    [Fact]
    public void Mask_colours_differ_between_pictures()
    {
        Assert.NotEqual(RosetteRenderer.MaskColours(1), RosetteRenderer.MaskColours(2));
        Assert.Equal(RosetteSettings.MostLeaves + 1, RosetteRenderer.MaskColours(1).Distinct().Count());
    }

    public static TheoryData<string, RosetteSettings> WrongSettings => new()
    {
        { nameof(RosetteSettings.Size), new RosetteSettings { Size = 63 } },
        { nameof(RosetteSettings.Size), new RosetteSettings { Size = 5000 } },
        { nameof(RosetteSettings.MinLeaves), new RosetteSettings { MinLeaves = 1 } },
        { nameof(RosetteSettings.MaxLeaves), new RosetteSettings { MinLeaves = 6, MaxLeaves = 5 } },
        { nameof(RosetteSettings.MaxLeaves), new RosetteSettings { MaxLeaves = RosetteSettings.MostLeaves + 1 } },
        { nameof(RosetteSettings.MinRadius), new RosetteSettings { MinRadius = float.NaN } },
        { nameof(RosetteSettings.MaxRadius), new RosetteSettings { MinRadius = .3f, MaxRadius = .2f } },
        { nameof(RosetteSettings.NoPlantShare), new RosetteSettings { NoPlantShare = -.1f } },
        { nameof(RosetteSettings.LowResolutionShare), new RosetteSettings { LowResolutionShare = 1.1f } },
        { nameof(RosetteSettings.SmallShare), new RosetteSettings { SmallShare = 2 } },
        { nameof(RosetteSettings.TagShare), new RosetteSettings { TagShare = 1.5f } },
        { nameof(RosetteSettings.PlateShare), new RosetteSettings { PlateShare = float.NaN } },
        { nameof(RosetteSettings.NeighbourShare), new RosetteSettings { NeighbourShare = -1 } },
        { nameof(RosetteSettings.UnnaturalShare), new RosetteSettings { UnnaturalShare = float.NaN } },
        { nameof(RosetteSettings.FewLeafShare), new RosetteSettings { FewLeafShare = 1.1f } },
        { nameof(RosetteSettings.BrightGroundShare), new RosetteSettings { BrightGroundShare = -1 } },
        { nameof(RosetteSettings.WideFrameShare), new RosetteSettings { WideFrameShare = float.NaN } },
        { nameof(RosetteSettings.ClutterShare), new RosetteSettings { ClutterShare = 2 } },
        { nameof(RosetteSettings.EmptySceneShare), new RosetteSettings { EmptySceneShare = 1.5f } },
        { nameof(RosetteSettings.GreyShare), new RosetteSettings { GreyShare = -.1f } },
        { nameof(RosetteSettings.InfraredShare), new RosetteSettings { InfraredShare = 1.1f } },
        { nameof(RosetteSettings.FluorescenceShare), new RosetteSettings { FluorescenceShare = 3 } },
        { nameof(RosetteSettings.NightShare), new RosetteSettings { NightShare = float.NaN } },
        { nameof(RosetteSettings.BladeShare), new RosetteSettings { BladeShare = -2 } },
        { nameof(RosetteSettings.CollageShare), new RosetteSettings { CollageShare = 2 } },
        { nameof(RosetteSettings.PatternShare), new RosetteSettings { PatternShare = 1.01f } },
        { nameof(RosetteSettings.MinVisibleArea), new RosetteSettings { MinVisibleArea = 0 } },
        { nameof(RosetteSettings.MinSeenArea), new RosetteSettings { MinSeenArea = 0 } },
    };

    [Theory]
    [MemberData(nameof(WrongSettings), DisableDiscoveryEnumeration = true)]
    public void A_wrong_setting_is_refused_by_its_name(string name, RosetteSettings settings)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => RosetteRenderer.Render(settings, 1));

        Assert.Contains($"RosetteSettings.{name} is", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("expected", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_at_its_limits_renders()
    {
        RosetteSettings full = new() { Size = 64, MinLeaves = RosetteSettings.MostLeaves, MaxLeaves = RosetteSettings.MostLeaves, MinRadius = 1, MaxRadius = 1, NoPlantShare = 0, LowResolutionShare = 0 };
        RosetteSettings least = new() { Size = 64, MinLeaves = 2, MaxLeaves = 2, MinRadius = .01f, MaxRadius = .01f, NoPlantShare = 0, LowResolutionShare = 1, UnnaturalShare = 1 };
        for (ulong seed = 0; seed < 10; seed++)
        {
            Assert.True(RosetteRenderer.Render(full, seed).LeafCount > 0);
            Assert.Equal(0, RosetteRenderer.Render(least, seed).LeafCount);
        }
    }

    /// <summary>A leaf that can be seen in both frames lies over its own place, grown and perhaps hidden in part.</summary>
    private static void AssertSameLeaves(LabelMap before, LabelMap after)
    {
        Dictionary<ushort, int> areas = after.Areas().ToDictionary(leaf => leaf.Label, leaf => leaf.Area);
        foreach ((ushort label, int area) in before.Areas().Where(leaf => leaf.Area > 80 && areas.GetValueOrDefault(leaf.Label) > 80))
        {
            int both = before.Labels.Zip(after.Labels).Count(pair => pair.First == label && pair.Second == label);
            Assert.True(both > .3 * Math.Min(area, areas[label]), $"leaf {label}: {both} of {area} and {areas[label]} pixels");
        }
    }

    private static int PlantArea(Rendering rendering) => rendering.Labels.Labels.Count(label => label != 0);

    /// <summary>Grey levels of green between two pictures, over the pixels (x, y) chosen; one pixel at the edge is left out.</summary>
    private static double MeanDifference(RgbImage a, RgbImage b, Func<int, int, bool> where)
    {
        double sum = 0;
        int count = 0;
        for (int y = 1; y < a.Height - 1; y++)
        {
            for (int x = 1; x < a.Width - 1; x++)
            {
                if (where(x, y))
                {
                    sum += Math.Abs(a.Pixels[a.IndexOf(x, y) + 1] - b.Pixels[a.IndexOf(x, y) + 1]);
                    count++;
                }
            }
        }

        return count == 0 ? 0 : sum / count;
    }

    private static (int Left, int Top, int Right, int Bottom) Bounds(LabelMap labels)
    {
        int[] pixels = [.. Enumerable.Range(0, labels.Labels.Length).Where(i => labels.Labels[i] != 0)];
        return (pixels.Min(i => i % labels.Width), pixels[0] / labels.Width, pixels.Max(i => i % labels.Width), pixels[^1] / labels.Width);
    }

    /// <summary>Pixels of the largest part of the foreground that hangs together, gaps of one pixel not counted.</summary>
    private static int LargestPart(LabelMap labels)
    {
        bool[] open = [.. labels.Labels.Select(label => label != 0)];
        Stack<int> stack = new();
        int largest = 0;
        for (int start = 0; start < open.Length; start++)
        {
            int count = 0;
            Visit(start % labels.Width, start / labels.Width);
            while (stack.TryPop(out int pixel))
            {
                count++;
                for (int dy = -2; dy <= 2; dy++)
                {
                    for (int dx = -2; dx <= 2; dx++)
                    {
                        Visit((pixel % labels.Width) + dx, (pixel / labels.Width) + dy);
                    }
                }
            }

            largest = Math.Max(largest, count);
        }

        return largest;

        void Visit(int x, int y)
        {
            if (x >= 0 && y >= 0 && x < labels.Width && y < labels.Height && open[(y * labels.Width) + x])
            {
                open[(y * labels.Width) + x] = false;
                stack.Push((y * labels.Width) + x);
            }
        }
    }
}
