using LeafSeg.ModelTraining.Tracking;

namespace LeafSeg.ModelTraining.Tests.Tracking;

public sealed class PlantSeriesTests
{
    private static readonly DateTime Noon = new(2026, 5, 1, 12, 0, 0);
    private static readonly TimeSpan FourHours = TimeSpan.FromHours(4);

    [Fact]
    public void Pictures_in_any_order_are_taken_in_the_order_of_time()
    {
        IReadOnlyList<PlantSeries> plants = PlantSeries.Of([("b", "late", Noon.AddDays(1)), ("a", "only", Noon), ("b", "early", Noon)], FourHours);

        Assert.Equal(["a", "b"], plants.Select(plant => plant.Plant));
        Assert.Equal([("early", 2), ("late", 0)], plants[1].Moments.Select(moment => (moment.Name, moment.Index)));
    }

    [Fact]
    public void Two_plants_of_one_name_are_named_and_nothing_is_mixed()
    {
        PlantSeries plant = Assert.Single(PlantSeries.Of([("pot", "x/pot.png", Noon), ("pot", "y/pot.png", Noon), ("pot", "z/pot.png", Noon.AddHours(1))], FourHours));

        Assert.Equal(["x/pot.png", "z/pot.png"], plant.Moments.Select(moment => moment.Name));
        (string name, string why) = Assert.Single(plant.LeftOut);
        Assert.Equal("y/pot.png", name);
        Assert.Contains("the time of x/pot.png, 2026-05-01T12:00:00", why, StringComparison.Ordinal);
        Assert.Contains("--group", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_without_a_time_among_others_with_one_is_named()
    {
        PlantSeries plant = Assert.Single(PlantSeries.Of([("pot", "one", Noon), ("pot", "two", null)], FourHours));

        Assert.Equal("two", Assert.Single(plant.LeftOut).Name);
    }

    [Fact]
    public void Without_any_time_names_are_counted_as_people_count()
    {
        PlantSeries plant = Assert.Single(PlantSeries.Of([("p", "frame10", null), ("p", "frame2", null), ("p", "frame1", null)], FourHours));

        Assert.Equal(["frame1", "frame2", "frame10"], plant.Moments.Select(moment => moment.Name));
        Assert.Equal(FourHours, plant.Moments[2].Time - plant.Moments[1].Time);
        Assert.Equal(["frame1", "frame10"], plant.Every(2).Moments.Select(moment => moment.Name));
    }
}
