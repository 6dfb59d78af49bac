using LeafSeg.Common.Messages;
using LeafSeg.Common.Tuf;
using LeafSeg.EdgeAgent.Updates.Tuf;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Updates.Tuf;

public sealed class UpdateClockTests
{
    private static readonly DateTimeOffset Built = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("1970-01-01T00:01:00Z", ClockState.Unsynchronised, true, "before this program was built")]
    [InlineData("1970-01-01T00:01:00Z", ClockState.Synchronised, false, "before this program was built")]
    [InlineData("2026-07-01T00:00:00Z", ClockState.Unsynchronised, true, "not been synchronised")]
    [InlineData("2026-07-01T00:00:00Z", ClockState.Unsynchronised, false, null)]
    [InlineData("2026-07-01T00:00:00Z", ClockState.Synchronised, true, null)]
    public void A_clock_before_the_program_or_never_synchronised_is_in_doubt(string now, ClockState state, bool mustBeSynchronised, string? doubt)
    {
        string? found = UpdateClock.Doubt(
            DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture), Built, state, new RepositoryOptions { RequireSynchronisedClock = mustBeSynchronised });
        if (doubt is null)
        {
            Assert.Null(found);
        }
        else
        {
            Assert.Contains(doubt, found, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_rigs_clock_in_1970_is_in_doubt_whatever_the_kernel_says_of_it()
    {
        UpdateClock clock = UpdateClock.OfRig(new FakeTimeProvider(DateTimeOffset.UnixEpoch), new RepositoryOptions { RequireSynchronisedClock = false });
        Assert.Equal(TufRefusal.ClockInDoubt, Assert.Throws<TufException>(() => clock.Now()).Refusal);
    }

    [Fact]
    public void The_clock_as_it_is_is_never_in_doubt() =>
        Assert.Equal(DateTimeOffset.UnixEpoch, UpdateClock.AsItIs(new FakeTimeProvider(DateTimeOffset.UnixEpoch)).Now());
}
