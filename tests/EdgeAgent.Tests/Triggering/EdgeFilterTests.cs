using CsCheck;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Tests.Triggering;

public sealed class EdgeFilterTests
{
    private const long Ms = 1_000_000;
    private readonly EdgeFilter filter = new(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(100));

    [Fact]
    public void A_pulse_counts_once_it_has_lasted_and_bears_the_time_of_its_edge()
    {
        Assert.Null(filter.Edge(active: true, 10 * Ms));
        Assert.Null(filter.Settle(11 * Ms));
        Assert.Equal(10 * Ms, filter.Settle(12 * Ms));
        Assert.Null(filter.Settle(13 * Ms));
    }

    [Fact]
    public void The_end_of_a_pulse_proves_it_when_no_timer_came_before()
    {
        filter.Edge(active: true, 10 * Ms);
        Assert.Equal(10 * Ms, filter.Edge(active: false, 30 * Ms));
    }

    [Fact]
    public void A_spike_shorter_than_the_debounce_time_is_nothing()
    {
        filter.Edge(active: true, 10 * Ms);
        Assert.Null(filter.Edge(active: false, 11 * Ms));
        Assert.Null(filter.Settle(50 * Ms));
    }

    [Fact]
    public void A_bouncing_contact_gives_one_pulse()
    {
        List<long?> accepted = [];
        for (int bounce = 0; bounce < 5; bounce++)
        {
            accepted.Add(filter.Edge(active: true, (10 * Ms) + (bounce * Ms / 2)));
            accepted.Add(filter.Edge(active: false, (10 * Ms) + (bounce * Ms / 2) + (Ms / 4)));
        }

        accepted.Add(filter.Edge(active: true, 13 * Ms));
        accepted.Add(filter.Settle(15 * Ms));
        Assert.Equal([13 * Ms], accepted.OfType<long>());
    }

    [Fact]
    public void A_pulse_within_the_hold_off_is_ignored_and_the_next_after_it_counts()
    {
        filter.Edge(active: true, 0);
        Assert.Equal(0, filter.Edge(active: false, 20 * Ms));
        filter.Edge(active: true, 60 * Ms);
        Assert.Null(filter.Edge(active: false, 80 * Ms));
        filter.Edge(active: true, 100 * Ms);
        Assert.Equal(100 * Ms, filter.Edge(active: false, 120 * Ms));
    }

    [Fact]
    public void Without_a_debounce_time_an_edge_counts_at_once()
    {
        EdgeFilter immediate = new(TimeSpan.Zero, TimeSpan.Zero);
        Assert.Equal(5, immediate.Edge(active: true, 5));
        Assert.Null(immediate.Edge(active: false, 6));
    }

    [Fact]
    public void Accepted_pulses_are_active_edges_in_order_and_never_closer_than_the_hold_off()
    {
        Gen.Select(Gen.Bool, Gen.Long[1, 30 * Ms]).Array[0, 60].Sample(edges =>
        {
            EdgeFilter any = new(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(100));
            HashSet<long> active = [];
            List<long> accepted = [];
            long now = 0;
            foreach ((bool isActive, long after) in edges)
            {
                now += after;
                if (isActive)
                {
                    active.Add(now);
                }

                if (any.Edge(isActive, now) is { } edge)
                {
                    accepted.Add(edge);
                }
            }

            Assert.All(accepted, edge => Assert.Contains(edge, active));
            Assert.All(accepted.Zip(accepted.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 100 * Ms));
        });
    }
}
