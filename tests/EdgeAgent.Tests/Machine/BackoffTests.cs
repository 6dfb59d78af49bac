using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Tests.Machine;

public sealed class BackoffTests
{
    [Fact]
    public void The_wait_doubles_up_to_its_limit_and_begins_anew_after_a_success()
    {
        Backoff backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Assert.Equal([1, 2, 4, 5, 5], Enumerable.Range(0, 5).Select(_ => backoff.Next(random: 1).TotalSeconds));
        backoff.Reset();
        Assert.Equal(1, backoff.Next(random: 1).TotalSeconds);
    }

    [Fact]
    public void Half_of_the_wait_is_left_to_chance()
    {
        Backoff backoff = new(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(8));
        Assert.Equal(4, backoff.Next(random: 0).TotalSeconds);
        Assert.Equal(6, backoff.Next(random: 0.5).TotalSeconds);
    }
}
