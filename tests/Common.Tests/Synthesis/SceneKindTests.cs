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
        { "all", Small with { FewLeafShare = 1, BrightGroundShare = 1, WideFrameShare = 1, ClutterShare = 1 } },
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
    public void The_mix_shows_every_kind_and_mostly_plants()
    {
        RosetteSettings mixed = RosetteSettings.Mixed with { Size = 100 };
        int without = Enumerable.Range(0, 150).Count(index => RosetteRenderer.Render(mixed, RosetteRenderer.SeedOf(6, index)).LeafCount == 0);

        Assert.InRange(without, 5, 50);
    }
}
