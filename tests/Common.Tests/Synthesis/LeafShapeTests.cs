using LeafSeg.Common.Synthesis;

namespace LeafSeg.Common.Tests.Synthesis;

/// <summary>Outlines of single leaves, 200 pixels long.</summary>
public sealed class LeafShapeTests
{
    [Fact]
    public void Every_tooth_and_every_lobe_turns_the_margin_twice()
    {
        int entire = Turns(LeafMargin.Entire);

        Assert.True(Turns(new LeafMargin { Teeth = 9, ToothDepth = .3f }) >= entire + 14);
        Assert.True(Turns(new LeafMargin { Teeth = 9, ToothDepth = .3f, Round = true }) >= entire + 14);
        Assert.True(Turns(new LeafMargin { Lobes = 4, LobeDepth = .6f }) >= entire + 6);
    }

    [Fact]
    public void A_deep_lobe_leaves_a_narrow_bay_and_no_gap()
    {
        LeafOutline outline = LeafOutline.Of(Leaf(new LeafMargin { Lobes = 4, LobeDepth = .9f }, heart: 0));

        float[] left = [.. Blade(outline).Select(station => station.Left)];
        Assert.All(left, half => Assert.True(half > 0));
        Assert.True(left.Skip(left.Length / 5).Take(left.Length / 2).Min() < .35f * left.Max());
    }

    [Fact]
    public void The_lobes_of_a_heart_reach_behind_the_petiole_and_leave_room_for_it()
    {
        LeafOutline.Station[] heart = [.. LeafOutline.Of(Leaf(LeafMargin.Entire, heart: .2f)).Stations.Where(station => station.Bay > 0)];
        LeafOutline.Station[] oval = [.. LeafOutline.Of(Leaf(LeafMargin.Entire, heart: 0)).Stations.Where(station => station.Bay > 0)];

        Assert.Empty(oval);
        Assert.NotEmpty(heart);
        Assert.All(heart, station => Assert.True(station.Left > station.Bay));
        Assert.Contains(heart, station => station.Bay > station.Stalk);
    }

    [Fact]
    public void A_notched_tip_has_two_lobes_and_a_gap_between_them()
    {
        LeafPose notched = Leaf(LeafMargin.Entire, heart: 0);
        LeafOutline.Station[] tip = [.. LeafOutline.Of(notched with { Form = notched.Form with { Notch = .2f } }).Stations.Where(station => station.Bay > 0)];

        Assert.NotEmpty(tip);
        Assert.All(tip, station => Assert.True(station.X > .79f && station.Left > station.Bay && station.Stalk < 0));
    }

    [Fact]
    public void A_young_leaf_is_less_deeply_cut()
    {
        LeafMargin grown = new() { Teeth = 6, ToothDepth = .3f, Lobes = 3, LobeDepth = .5f };

        LeafMargin young = grown.Young(.1f);

        Assert.True(young.ToothDepth < .06f && young.LobeDepth < .25f);
        Assert.Equal(grown, grown.Young(1));
    }

    /// <summary>How often the half width on both sides changes from growing to shrinking or back.</summary>
    private static int Turns(LeafMargin margin)
    {
        LeafOutline.Station[] blade = [.. Blade(LeafOutline.Of(Leaf(margin, heart: 0)))];
        return Changes([.. blade.Select(station => station.Left)]) + Changes([.. blade.Select(station => station.Right)]);

        static int Changes(float[] half) =>
            Enumerable.Range(1, half.Length - 2).Count(i => Math.Sign(half[i] - half[i - 1]) * Math.Sign(half[i + 1] - half[i]) < 0);
    }

    private static IEnumerable<LeafOutline.Station> Blade(LeafOutline outline) => outline.Stations.Where(station => station.X is > .05f and < .95f);

    private static LeafPose Leaf(LeafMargin margin, float heart) => new()
    {
        Number = 1,
        X = 0,
        Y = 0,
        Cos = 1,
        Sin = 0,
        Length = 200,
        PetioleShare = .4f,
        HalfWidth = 40,
        PetioleHalfWidth = 2,
        BaseHeight = 1,
        BaseSlope = 0,
        TipSlope = 0,
        Form = new LeafForm
        {
            BasePower = .6f,
            TipPower = .6f,
            Heart = heart,
            Margin = margin,
            Bend = 0,
            Sway = 0,
            Fold = 0,
            Cup = 0,
            Wave = 0,
            Quilt = 0,
            Veins = 4,
            NoiseX = 17,
            NoiseY = 700,
        },
        Colour = new LeafColour
        {
            Blade = new Rgb(.1f, .3f, .1f),
            Petiole = new Rgb(.1f, .3f, .1f),
            Vein = new Rgb(.1f, .3f, .1f),
            Margin = new Rgb(.1f, .3f, .1f),
            MarginShare = 0,
            VeinContrast = 0,
            Mottle = 0,
            Grain = 0,
            Gloss = 0,
            Hairs = 0,
        },
    };
}
