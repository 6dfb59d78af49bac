using System.Globalization;
using CsCheck;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Tests.Triggering;

public sealed class TimesOfDayTests
{
    private static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");

    [Theory]
    [InlineData("2026-11-23T05:00Z", "2026-11-23T05:30Z")]
    [InlineData("2026-11-23T05:30Z", "2026-11-23T11:00Z")]
    [InlineData("2026-11-23T11:00Z", "2026-11-24T05:30Z")]
    [InlineData("2026-06-23T04:00Z", "2026-06-23T04:30Z")]
    public void The_next_is_that_of_the_wall_clock_in_winter_and_summer(string after, string next) =>
        Assert.Equal(At(next), Times("06:30", "12:00").Next(At(after)));

    [Fact]
    public void A_time_that_summer_time_leaves_out_comes_at_the_end_of_the_gap()
    {
        // 29 March 2026: 02:00 becomes 03:00, which is 01:00 UTC.
        TimesOfDay times = Times("02:30", "02:45");
        Assert.Equal(At("2026-03-29T01:00Z"), times.Next(At("2026-03-28T12:00Z")));
        Assert.Equal(At("2026-03-30T00:30Z"), times.Next(At("2026-03-29T01:00Z")));
    }

    [Fact]
    public void A_time_that_the_change_back_brings_twice_comes_once_the_first_time()
    {
        // 25 October 2026: 03:00 becomes 02:00, so 02:30 is both 00:30 and 01:30 UTC.
        TimesOfDay times = Times("02:30");
        Assert.Equal(At("2026-10-25T00:30Z"), times.Next(At("2026-10-24T12:00Z")));
        Assert.Equal(At("2026-10-26T01:30Z"), times.Next(At("2026-10-25T00:30Z")));
    }

    [Fact]
    public void A_gap_at_midnight_does_not_lose_the_day()
    {
        // Santiago de Chile, 6 September 2026: 00:00 becomes 01:00, which is 04:00 UTC.
        TimesOfDay times = new([new TimeOnly(0, 10)], TimeZoneInfo.FindSystemTimeZoneById("America/Santiago"));
        Assert.Equal(At("2026-09-06T04:00Z"), times.Next(At("2026-09-05T12:00Z")));
    }

    [Fact]
    public void A_year_has_each_time_once_a_day_in_any_time_zone()
    {
        TimeZoneInfo[] zones = [.. TimeZoneInfo.GetSystemTimeZones()];
        Gen.Select(Gen.Int[0, zones.Length - 1], Gen.Int[0, 86_399]).Sample(
            (index, second) =>
            {
                TimesOfDay times = new([TimeOnly.MinValue.Add(TimeSpan.FromSeconds(second))], zones[index]);
                DateTimeOffset now = At("2025-12-31T12:00Z");
                for (int day = 0; day < 365; day++)
                {
                    DateTimeOffset next = times.Next(now);
                    Assert.InRange(next - now, TimeSpan.Zero, TimeSpan.FromHours(50));
                    if (day > 0)
                    {
                        Assert.InRange(next - now, TimeSpan.FromHours(22), TimeSpan.FromHours(26));
                    }

                    now = next;
                }
            },
            iter: 30);
    }

    [Theory]
    [InlineData("6:30", true)]
    [InlineData("06:30:15", true)]
    [InlineData("24:00", false)]
    [InlineData("06.30", false)]
    [InlineData("6:30 pm", false)]
    public void Times_are_read_as_clocks_show_them(string text, bool right) => Assert.Equal(right, TimesOfDay.TryParse(text, out _));

    private static TimesOfDay Times(params string[] times) =>
        new([.. times.Select(t => TimeOnly.Parse(t, CultureInfo.InvariantCulture))], Brussels);

    private static DateTimeOffset At(string utc) => DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture);
}
