namespace LeafSeg.Common.Tracking;

/// <summary>
/// Relative growth rate a day: the slope of the logarithm of the area over the last days, as the median of the slopes between
/// all pairs of pictures (Theil 1950, Sen 1968). Up to a quarter of the pictures may be spoilt without moving it far.
/// </summary>
public static class GrowthRate
{
    /// <summary>So far back areas count.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(5);

    /// <summary>Over a shorter time a rate is noise: null.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromDays(1);

    /// <summary>The rate at the last of the areas.</summary>
    /// <param name="areas">In the order of time, all of one unit; those of 0 or less are left out.</param>
    /// <returns>0.1 for a leaf that grows by a factor of e^0.1 a day; null where fewer than 3 areas or a day are known.</returns>
    public static double? Of(IReadOnlyList<(DateTimeOffset Time, double Area)> areas)
    {
        ArgumentNullException.ThrowIfNull(areas);
        (DateTimeOffset Time, double Area)[] known = [.. areas.Where(area => area.Area > 0 && areas[^1].Time - area.Time <= Window)];
        if (known.Length < 3 || known[^1].Time - known[0].Time < Shortest)
        {
            return null;
        }

        List<(double Slope, double Weight)> slopes = [];
        for (int i = 0; i < known.Length; i++)
        {
            for (int j = i + 1; j < known.Length; j++)
            {
                double days = (known[j].Time - known[i].Time).TotalDays;
                if (days > 0)
                {
                    slopes.Add((Math.Log(known[j].Area / known[i].Area) / days, days));
                }
            }
        }

        slopes.Sort();
        double half = slopes.Sum(slope => slope.Weight) / 2;
        foreach ((double slope, double weight) in slopes)
        {
            half -= weight;
            if (half <= 0)
            {
                return slope;
            }
        }

        return null;
    }
}
