using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;

namespace LeafSeg.Common.Tests.Synthesis;

/// <summary>The kinds of scene that have a share of their own.</summary>
public sealed class SceneKindTests
{
    private static readonly RosetteSettings Small = new() { Size = 200, NoPlantShare = 0, LowResolutionShare = 0, MinVisibleArea = 4, MinSeenArea = 1 };

    public static TheoryData<string, RosetteSettings> Kinds => new()
    {
        { "few leaves", Small with { FewLeafShare = 1 } },
        { "bright", Small with { BrightGroundShare = 1 } },
        { "wide", Small with { WideFrameShare = 1 } },
        { "clutter", Small with { ClutterShare = 1 } },
        { "empty", Small with { EmptySceneShare = 1 } },
        { "grey", Small with { GreyShare = 1 } },
        { "infrared", Small with { InfraredShare = 1 } },
        { "fluorescence", Small with { FluorescenceShare = 1 } },
        { "night", Small with { NightShare = 1 } },
        { "blades", Small with { BladeShare = 1 } },
        { "patterns", Small with { PatternShare = 1 } },
        { "all", Small with { FewLeafShare = 1, BrightGroundShare = 1, WideFrameShare = 1, ClutterShare = 1, BladeShare = 1, PatternShare = 1, NightShare = 1 } },
    };

    [Theory]
    [MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public void Every_kind_gives_the_same_bytes_again_and_others_than_without_it(string kind, RosetteSettings settings)
    {
        int changed = 0;
        for (ulong seed = 0; seed < 6; seed++)
        {
            Rendering once = RosetteRenderer.Render(settings, seed), again = RosetteRenderer.Render(settings, seed);

            Assert.Equal(once.Image.Pixels, again.Image.Pixels);
            Assert.Equal(once.Labels.Labels, again.Labels.Labels);
            changed += once.Image.Pixels.SequenceEqual(RosetteRenderer.Render(Small, seed).Image.Pixels) ? 0 : 1;
        }

        Assert.True(changed == 6, $"{kind}: {changed} of 6 pictures differ");
    }

    /// <summary>Models in the field and scores in reports name pictures by their seed alone.</summary>
    [Fact]
    public void Pictures_named_by_their_seed_alone_have_none_of_the_kinds()
    {
        RosetteSettings none = RosetteSettings.Mixed with
        {
            FewLeafShare = 0, BrightGroundShare = 0, WideFrameShare = 0, ClutterShare = 0, EmptySceneShare = 0,
            GreyShare = 0, InfraredShare = 0, FluorescenceShare = 0, NightShare = 0, BladeShare = 0, PatternShare = 0, CollageShare = 0,
        };
        int[] areas = [.. Enumerable.Range(0, 4).Select(index =>
            RosetteRenderer.Render(new RosetteSettings(), RosetteRenderer.SeedOf(900_000, index)).Labels.Labels.Count(label => label != 0))];

        Assert.Equal(new RosetteSettings(), none);
        Assert.All(areas.Zip(ClassicAreas), pair => Assert.InRange(pair.First, pair.Second * .99, pair.Second * 1.01));
    }

    /// <summary>Pixels of leaf in the first pictures of seed 900000, as the renderer of model 0.6.0 drew them.</summary>
    private static readonly int[] ClassicAreas = [58_791, 6617, 32_811, 7299];

    [Fact]
    public void Changing_one_share_leaves_the_other_kinds_where_they_are()
    {
        RosetteSettings bright = Small with { BrightGroundShare = .5f };
        for (ulong seed = 0; seed < 12; seed++)
        {
            Rendering plain = RosetteRenderer.Render(bright, seed), few = RosetteRenderer.Render(bright with { FewLeafShare = .01f }, seed);

            Assert.Equal(plain.Image.Pixels, few.Image.Pixels);
        }
    }

    [Fact]
    public void Plants_of_few_leaves_have_two_to_eight_and_no_crowd_in_the_middle()
    {
        RosetteSettings settings = Small with { FewLeafShare = 1 };
        Rendering[] renderings = [.. Enumerable.Range(0, 40).Select(index => RosetteRenderer.Render(settings, RosetteRenderer.SeedOf(3, index)))];

        Assert.All(renderings, rendering => Assert.InRange(rendering.LeafCount, 1, 8));
        Assert.Contains(renderings, rendering => rendering.LeafCount == 2);
        Assert.Contains(renderings, rendering => rendering.LeafCount >= 6);
        Assert.InRange(renderings.Average(rendering => rendering.DroppedLeaves), 0, .5);
    }

    [Fact]
    public void Bright_grounds_are_brighter_than_soil()
    {
        double bright = MeanLight(Small with { BrightGroundShare = 1 }), usual = MeanLight(Small);

        Assert.True(bright > usual * 1.3, $"{bright} and {usual} grey levels");

        static double MeanLight(RosetteSettings settings) => Enumerable.Range(0, 30)
            .Average(index => RosetteRenderer.Render(settings with { NoPlantShare = 1 }, RosetteRenderer.SeedOf(4, index)).Image.Pixels.Average(value => (double)value));
    }

    [Fact]
    public void Wide_frames_show_plants_of_a_few_percent_and_plants_that_fill_them()
    {
        RosetteSettings settings = Small with { Size = 400, WideFrameShare = 1 };
        double[] shares = [.. Enumerable.Range(0, 40).Select(index => RosetteRenderer.Render(settings, RosetteRenderer.SeedOf(5, index)))
            .Where(rendering => rendering.LeafCount > 0).Select(Width)];

        Assert.Contains(shares, share => share < .07);
        Assert.Contains(shares, share => share > .9);

        static double Width(Rendering rendering)
        {
            int[] columns = [.. Enumerable.Range(0, rendering.Labels.Labels.Length).Where(i => rendering.Labels.Labels[i] != 0).Select(i => i % rendering.Labels.Width)];
            return (columns.Max() - columns.Min() + 1) / (double)rendering.Labels.Width;
        }
    }

    [Fact]
    public void Clutter_has_no_labels_and_takes_those_of_what_it_covers()
    {
        RosetteSettings cluttered = Small with { ClutterShare = 1 };
        int covered = 0;
        for (ulong seed = 0; seed < 30; seed++)
        {
            ushort[] with = RosetteRenderer.Render(cluttered, seed).Labels.Labels, without = RosetteRenderer.Render(Small, seed).Labels.Labels;

            Assert.All(with.Zip(without), pair => Assert.True(pair.First == pair.Second || pair.First == 0));
            covered += with.SequenceEqual(without) ? 0 : 1;
        }

        Assert.InRange(covered, 1, 10);
    }

    [Fact]
    public void Scenes_without_plants_have_no_labels_and_are_full_of_things()
    {
        RosetteSettings empty = Small with { EmptySceneShare = 1 };
        for (ulong seed = 0; seed < 10; seed++)
        {
            Rendering rendering = RosetteRenderer.Render(empty, seed);

            Assert.Equal((0, 0), (rendering.LeafCount, rendering.DroppedLeaves));
            Assert.All(rendering.Labels.Labels, label => Assert.Equal(0, label));
        }

        Assert.True(RosetteRenderer.RenderFrame(empty, 1, 0, 1).LeafCount > 0, "a time lapse has its plant");
    }

    [Fact]
    public void Grey_infrared_and_fluorescence_pictures_have_no_colour()
    {
        foreach (RosetteSettings settings in new[] { Small with { GreyShare = 1 }, Small with { InfraredShare = 1 }, Small with { FluorescenceShare = 1 } })
        {
            byte[] pixels = RosetteRenderer.Render(settings, 4).Image.Pixels;

            Assert.All(pixels.Chunk(3), pixel => Assert.True(pixel[0] == pixel[1] && pixel[1] == pixel[2]));
        }
    }

    [Fact]
    public void In_fluorescence_leaves_are_bright_and_all_else_is_dark()
    {
        double leaf = 0, ground = 0;
        for (ulong seed = 0; seed < 10; seed++)
        {
            Rendering rendering = RosetteRenderer.Render(Small with { FluorescenceShare = 1 }, seed);
            leaf += Mean(rendering, inLeaf: true);
            ground += Mean(rendering, inLeaf: false);
        }

        Assert.True(leaf > 10 * 90 && ground < 10 * 40 && leaf > 4 * ground, $"{leaf / 10} on leaves, {ground / 10} beside them");
    }

    [Fact]
    public void At_night_there_is_less_light()
    {
        double day = 0, night = 0;
        for (ulong seed = 0; seed < 10; seed++)
        {
            day += Mean(RosetteRenderer.Render(Small, seed), inLeaf: true);
            night += Mean(RosetteRenderer.Render(Small with { NightShare = 1 }, seed), inLeaf: true);
        }

        Assert.True(night < .7 * day, $"{night / 10} at night, {day / 10} by day");
    }

    /// <summary>Grey levels of all leaves or of all else.</summary>
    private static double Mean(Rendering rendering, bool inLeaf) => rendering.Image.Pixels
        .Where((_, i) => rendering.Labels.Labels[i / 3] != 0 == inLeaf).Select(value => (double)value).DefaultIfEmpty(0).Average();

    [Fact]
    public void Leaves_too_small_for_a_label_are_ignored_under_their_own_number()
    {
        RosetteSettings settings = new() { Size = 200, NoPlantShare = 0, LowResolutionShare = 0 };
        int ignored = 0;
        for (ulong seed = 0; seed < 12; seed++)
        {
            Rendering rendering = RosetteRenderer.Render(settings, seed);
            LabelMap all = RosetteRenderer.Render(settings with { MinVisibleArea = 1, MinSeenArea = 1 }, seed).Labels;

            Assert.Equal(rendering.DroppedLeaves == 0, rendering.Ignored is null);
            Assert.Equal(all.Labels, rendering.Labels.Labels.Zip(rendering.Ignored?.Labels ?? new ushort[all.Labels.Length], (leaf, region) => (ushort)(leaf + region)));
            ignored += rendering.DroppedLeaves;
        }

        Assert.True(ignored > 0);
    }

    [Fact]
    public void The_mix_shows_every_kind_and_mostly_plants()
    {
        RosetteSettings mixed = RosetteSettings.Mixed with { Size = 100 };
        int without = Enumerable.Range(0, 150).Count(index => RosetteRenderer.Render(mixed, RosetteRenderer.SeedOf(6, index)).LeafCount == 0);

        Assert.InRange(without, 5, 50);
    }
}
