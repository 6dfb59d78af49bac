using LeafSeg.EdgeAgent.Capture;

namespace LeafSeg.EdgeAgent.Tests.Capture;

public sealed class StaleFramesTests
{
    private const long Ms = 1_000_000;
    private const long Asked = 1_000_000 * Ms;

    [Theory]
    [InlineData(-40, 20, true)]
    [InlineData(-1, 0, true)]
    [InlineData(0, 0, false)]
    [InlineData(5, 0, false)]
    public void The_drivers_stamp_tells_whether_a_frame_is_from_before_the_trigger(int stampMs, int waitedMs, bool stale) =>
        Assert.Equal(stale, StaleFrames.IsStale(Asked, Asked + (50 * Ms), waitedMs * Ms, Asked + (stampMs * Ms)));

    [Theory]
    [InlineData(0)]
    [InlineData(1_790_000_000_000 * Ms)]
    public void Without_a_stamp_or_with_one_of_another_clock_a_frame_that_was_there_at_once_is_stale(long stampNs)
    {
        Assert.True(StaleFrames.IsStale(Asked, Asked + Ms, Ms, stampNs));
        Assert.False(StaleFrames.IsStale(Asked, Asked + (30 * Ms), 30 * Ms, stampNs));
    }
}
