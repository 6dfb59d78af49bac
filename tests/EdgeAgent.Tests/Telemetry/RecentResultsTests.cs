using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Tests.Telemetry;

public sealed class RecentResultsTests
{
    private readonly RecentResults recent = new();
    private readonly List<long> acknowledged = [];

    public RecentResultsTests() => recent.Acknowledged += result => acknowledged.Add(result.Sequence);

    [Fact]
    public void An_acknowledged_result_is_marked_and_acknowledged_once()
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

        Assert.Equal((500, 2001), (recent.All.Count, recent.All[0].Sequence));
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
