using LeafSeg.EdgeAgent.Mqtt;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Mqtt;

public sealed class RefusedTopicsTests
{
    private readonly FakeTimeProvider time = new();
    private readonly RefusedTopics topics;

    public RefusedTopicsTests() => topics = new RefusedTopics(time);

    /// <summary>Answer and end of a connection are seen by two threads.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_topic_is_silent_after_two_hang_ups_in_whichever_order_they_are_seen(bool refusedFirst)
    {
        for (int connection = 1; connection <= 2; connection++)
        {
            Assert.False(topics.IsSilent("health"));
            if (refusedFirst)
            {
                topics.Refused("health", connection);
                topics.HungUp(connection);
            }
            else
            {
                topics.HungUp(connection);
                topics.Refused("health", connection);
            }

            time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.True(topics.IsSilent("health"));
        Assert.False(topics.IsSilent("info"));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(topics.IsSilent("health"));
    }

    [Fact]
    public void A_refusal_that_is_long_past_or_of_another_connection_is_not_what_ended_this_one()
    {
        for (int connection = 1; connection <= 4; connection += 2)
        {
            topics.Refused("health", connection);
            topics.HungUp(connection + 1);
            topics.Refused("info", connection);
            time.Advance(TimeSpan.FromSeconds(3));
            topics.HungUp(connection);
        }

        Assert.False(topics.IsSilent("health"));
        Assert.False(topics.IsSilent("info"));
    }

    [Fact]
    public void A_topic_that_is_accepted_begins_anew()
    {
        topics.Refused("health", 1);
        topics.HungUp(1);
        topics.Accepted("health");
        topics.Refused("health", 2);
        topics.HungUp(2);
        Assert.False(topics.IsSilent("health"));
    }
}
