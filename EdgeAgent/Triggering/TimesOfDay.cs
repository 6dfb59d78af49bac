using System.Globalization;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>
/// Times of day in a time zone, as the clock on the wall shows them. A time that the change to summer time leaves out
/// comes at the end of the gap; one that the change back brings twice comes once, the first time.
/// </summary>
internal sealed class TimesOfDay(IReadOnlyList<TimeOnly> times, TimeZoneInfo zone)
{
    private static readonly string[] Formats = ["H:mm", "HH:mm", "H:mm:ss", "HH:mm:ss"];

    /// <summary>"6:30", "06:30" or "06:30:15".</summary>
    public static bool TryParse(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    /// <summary>The first of the times that is later than a moment.</summary>
    public DateTimeOffset Next(DateTimeOffset after)
    {
        // From the day before: a time in a gap at midnight comes on the day after its own.
        DateOnly day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, zone).DateTime).AddDays(-1);
        while (true)
        {
            DateOnly on = day;
            DateTimeOffset next = times.Select(time => Moment(on.ToDateTime(time)))
                .Where(moment => moment > after)
                .DefaultIfEmpty(DateTimeOffset.MaxValue)
                .Min();
            if (next < DateTimeOffset.MaxValue)
            {
                return next;
            }

            day = day.AddDays(1);
        }
    }

    private DateTimeOffset Moment(DateTime onTheWall)
    {
        if (zone.IsInvalidTime(onTheWall))
        {
            onTheWall = EndOfGap(onTheWall);
        }

        TimeSpan offset = zone.IsAmbiguousTime(onTheWall)
            ? zone.GetAmbiguousTimeOffsets(onTheWall).Max()
            : zone.GetUtcOffset(onTheWall);
        return new DateTimeOffset(onTheWall, offset).ToUniversalTime();
    }

    /// <summary>Gaps begin and end at whole minutes.</summary>
    private DateTime EndOfGap(DateTime inside)
    {
        DateTime end = inside.AddSeconds(-inside.Second);
        while (zone.IsInvalidTime(end))
        {
            end = end.AddMinutes(1);
        }

        return end;
    }
}
