using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Telemetry;

public sealed class RecentResultsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly RecentResults recent = new();
    private readonly List<long> acknowledged = [];

    public RecentResultsTests() => recent.Acknowledged += result => acknowledged.Add(result.Sequence);

    [Fact]
    public void An_acknowledged_result_is_marked_and_raised_once()
    {
        recent.Add(Result(1));
        recent.Add(Result(2));
        recent.Acknowledge(1);
        Assert.Equal([true, false], recent.All.Select(r => r.Acknowledged));
        Assert.Equal([1L], acknowledged);
    }

    [Fact]
    public void A_broker_that_is_faster_than_the_page_is_not_missed()
    {
        recent.Acknowledge(1);
        recent.Add(Result(1));
        Assert.True(Assert.Single(recent.All).Acknowledged);
        Assert.Equal([1L], acknowledged);
    }

    [Fact]
    public void A_long_season_does_not_fill_the_memory()
    {
        for (int sequence = 1; sequence <= 2500; sequence++)
        {
            recent.Add(Result(sequence));
        }

        Assert.Equal((1000, 1501), (recent.All.Count, recent.All[0].Sequence));
    }

    [Fact]
    public void A_picture_is_had_by_the_number_of_its_result_while_newer_ones_come()
    {
        Assert.Null(recent.Overlay);
        for (int sequence = 1; sequence <= 6; sequence++)
        {
            recent.Show(new CaptureOverlay(sequence, Guid.NewGuid(), [(byte)sequence]));
        }

        Assert.Equal(6, recent.Overlay!.Sequence);
        Assert.Equal(3, (int)recent.OverlayOf(3)!.Jpeg[0]);
        Assert.Null(recent.OverlayOf(2));
        Assert.Null(recent.OverlayOf(7));
    }

    [Fact]
    public void Results_survive_a_restart_and_are_raised_once()
    {
        string file = Path.Combine(folder.Path, "recent.json");
        using (RecentResults before = new(file, "store"))
        {
            before.Add(Result(1) with { Place = [0, 0.5, 1, 1], Camera = "top" });
            before.Add(Result(2));
            before.Acknowledge(1);
        }

        using (RecentResults after = new(file, "store"))
        {
            after.Acknowledged += result => acknowledged.Add(result.Sequence);
            Assert.Equal([(1L, true), (2L, false)], after.All.Select(result => (result.Sequence, result.Acknowledged)));
            Assert.Equal(0.5, after.All[0].Place![1]);
            after.Add(Result(3));
            after.Acknowledge(2);
            after.Acknowledge(3);
            Assert.Equal([3L], acknowledged);
            Assert.All(after.All, result => Assert.True(result.Acknowledged));
        }

        // Another outbox counts from 1 again.
        using RecentResults other = new(file, "another store");
        Assert.Empty(other.All);
    }

    [Fact]
    public void A_power_cut_costs_an_hour_of_them_and_a_torn_file_all()
    {
        string file = Path.Combine(folder.Path, "recent.json");
        FakeTimeProvider time = new();
        RecentResults cut = new(file, "store", time: time);
        cut.Add(Result(1));
        Assert.False(File.Exists(file));
        time.Advance(TimeSpan.FromHours(1.1));
        cut.Add(Result(2));
        Assert.Equal(2, new RecentResults(file, "store").All.Count);
        File.WriteAllText(file, "{");
        Assert.Empty(new RecentResults(file, "store").All);
    }

    [Fact]
    public void Results_of_a_plant_that_the_settings_no_longer_name_are_forgotten()
    {
        string file = Path.Combine(folder.Path, "recent.json");
        using (RecentResults before = new(file, "store"))
        {
            before.Add(Result(1));
            before.Add(Result(2) with { Plant = "removed" });
        }

        using RecentResults after = new(file, "store", new HashSet<string> { "a3" });
        Assert.Equal([1L], after.All.Select(result => result.Sequence));
    }

    [Fact]
    public void A_result_that_was_acknowledged_before_a_power_cut_is_marked_when_it_comes_again()
    {
        string file = Path.Combine(folder.Path, "recent.json");
        using (RecentResults before = new(file, "store"))
        {
            before.Add(Result(1));
            before.Add(Result(2));
        }

        using RecentResults after = new(file, "store");
        after.Acknowledge(2);
        after.Acknowledge(1);
        Assert.All(after.All, result => Assert.True(result.Acknowledged));
        after.Add(Result(3));
        Assert.False(after.All[^1].Acknowledged);
    }

    public void Dispose()
    {
        recent.Dispose();
        folder.Dispose();
    }

    private static ResultSummary Result(long sequence) => new()
    {
        Sequence = sequence,
        Time = DateTimeOffset.UnixEpoch,
        Plant = "a3",
        Source = "a.png",
        LeafCount = 3,
        AreaPx = 100,
        AreaMm2 = null,
        InferMs = 1,
    };
}
