using System.Text.Json.Serialization;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tracking;
using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Messages;

/// <summary>One plant in a <see cref="CaptureResult"/>.</summary>
public sealed record CapturedPlant
{
    /// <summary>The plant's name in the layout.</summary>
    public required string Plant { get; init; }

    /// <summary>Leaves in this picture.</summary>
    public required int LeafCount { get; init; }

    /// <summary>Counts the plants in this place, from 1; absent where leaves are not followed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Series { get; init; }

    /// <summary>The leaf count as all pictures of the plant so far have it; absent as above.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafCountStable { get; init; }

    /// <summary>Ends of the interval that holds the count with a chance of nine in ten; absent as above.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafCountLow { get; init; }

    /// <summary>Upper end of the interval of the leaf count; null: the model gives none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafCountHigh { get; init; }

    /// <summary>Of the projected leaf area over the last five days, 0.1 for a factor of e^0.1 a day; absent before a day is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RelativeGrowthRatePerDay { get; init; }

    /// <summary>What this capture showed; absent where nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CapturedEvent>? Events { get; init; }

    /// <summary>How unsure the model is of this plant, 0 to 1 (see <see cref="PlantDoubt"/>); absent where it was not measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Doubt { get; init; }

    /// <summary>Area of all leaves as seen from above, pixels.</summary>
    public required int ProjectedLeafAreaPx { get; init; }

    /// <summary>Area of all leaves as seen from above, mm²; null without a scale.</summary>
    public required double? ProjectedLeafAreaMm2 { get; init; }

    /// <summary>Area of the convex hull round the leaves' pixels, pixels.</summary>
    public required double ConvexHullAreaPx { get; init; }

    /// <summary>Null where there is no leaf.</summary>
    public required double? Compactness { get; init; }

    /// <summary>Null where there is no leaf.</summary>
    public required double? Stockiness { get; init; }

    /// <summary>Largest distance across the plant, mm; null without a scale.</summary>
    public required double? DiameterMm { get; init; }

    /// <summary>Whether no leaf touches the edge of its pot's picture.</summary>
    public required bool InFrame { get; init; }

    /// <summary>Empty where there is no leaf; null only where they were left out, see <see cref="CaptureResult.Omitted"/>.</summary>
    public required IReadOnlyList<CapturedLeaf>? Leaves { get; init; }

    /// <summary>What was measured, rounded well below what the measurement can bear.</summary>
    /// <param name="plant">The plant's name, in the alphabet of topics.</param>
    /// <param name="traits">Measured on the label map that <see cref="LeafMap.Paste"/> made of <paramref name="leaves"/>.</param>
    /// <param name="leaves">The leaves as the model found them: label i + 1 is <c>leaves[i]</c>.</param>
    public static CapturedPlant From(string plant, PlantTraits traits, IReadOnlyList<LeafInstance> leaves)
    {
        ArgumentNullException.ThrowIfNull(traits);
        ArgumentNullException.ThrowIfNull(leaves);
        return new CapturedPlant
        {
            Plant = plant,
            LeafCount = traits.LeafCount,
            ProjectedLeafAreaPx = traits.ProjectedLeafAreaPx,
            ProjectedLeafAreaMm2 = Significant(traits.ProjectedLeafAreaMm2),
            ConvexHullAreaPx = traits.ConvexHullAreaPx,
            Compactness = Rounded(traits.Compactness, 3),
            Stockiness = Rounded(traits.Stockiness, 3),
            DiameterMm = Significant(traits.DiameterMm),
            InFrame = traits.InFrame,
            Leaves = [.. traits.Leaves.Select(leaf => From(leaf, leaves[leaf.Leaf - 1].Score))],
        };
    }

    /// <summary>The same with what is known of its leaves over time.</summary>
    public CapturedPlant With(TrackedPlant tracked, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(tracked);
        Dictionary<int, TrackedLeaf> known = tracked.Leaves.ToDictionary(leaf => leaf.Leaf);
        return this with
        {
            Series = tracked.Series,
            LeafCountStable = tracked.Count.Count,
            LeafCountLow = tracked.Count.Low,
            LeafCountHigh = tracked.Count.High,
            RelativeGrowthRatePerDay = Rounded(tracked.RelativeGrowthRatePerDay, 4),
            Events = tracked.Events.Count == 0 ? null : [.. tracked.Events.Select(happened => CapturedEvent.From(happened, now))],
            Leaves = Leaves is null ? null : [.. Leaves.Select(leaf => leaf with { LeafId = known[leaf.Leaf].Id, Born = known[leaf.Leaf].Born })],
        };
    }

    /// <summary>The same with the colour of its leaves.</summary>
    /// <param name="colourOf">By the leaf's number.</param>
    public CapturedPlant With(Func<int, LeafColour> colourOf) => this with
    {
        Leaves = Leaves is null ? null : [.. Leaves.Select(leaf => colourOf(leaf.Leaf) is var colour
            ? leaf with { HueDeg = Rounded(colour.HueDeg, 1), Greenness = Rounded(colour.Greenness, 4) }
            : leaf)],
    };

    private static CapturedLeaf From(LeafTraits leaf, float score) => new()
    {
        Leaf = leaf.Leaf,
        Score = Math.Round(score, 3),
        AreaPx = leaf.AreaPx,
        AreaMm2 = Significant(leaf.AreaMm2),
        LengthMm = Significant(leaf.LengthMm),
        WidthMm = Significant(leaf.WidthMm),
        PerimeterMm = Significant(leaf.PerimeterMm),
        Centroid = [Math.Round(leaf.Centroid.X, 2), Math.Round(leaf.Centroid.Y, 2)],
        Box = [leaf.Box.X1, leaf.Box.Y1, leaf.Box.X2, leaf.Box.Y2],
        InFrame = leaf.InFrame,
    };

    /// <summary>Six digits, wherever they stand: under a microscope a leaf's hair is 0.0123 mm long.</summary>
    private static double? Significant(double? value)
    {
        if (value is not { } known || known == 0)
        {
            return value;
        }

        int digits = 5 - (int)Math.Floor(Math.Log10(Math.Abs(known)));
        return Math.Round(known, Math.Clamp(digits, 0, 15));
    }

    private static double? Rounded(double? value, int digits) => value is { } known ? Math.Round(known, digits) : null;
}

/// <summary>One leaf in a <see cref="CaptureResult"/>.</summary>
public sealed record CapturedLeaf
{
    /// <summary>The leaf's number in this capture, from 1; leaves hidden by others leave gaps.</summary>
    public required int Leaf { get; init; }

    /// <summary>The leaf's identity, the same in every capture and never used again within a series; absent until it is certain.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafId { get; init; }

    /// <summary>The leaf's first sighting; absent for one that was there when the series began.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Born { get; init; }

    /// <summary>The model's confidence, 0 to 1.</summary>
    public required double Score { get; init; }

    /// <summary>Visible area, pixels.</summary>
    public required int AreaPx { get; init; }

    /// <summary>Visible area, mm²; null without a scale.</summary>
    public required double? AreaMm2 { get; init; }

    /// <summary>Longest distance across, mm; null without a scale.</summary>
    public required double? LengthMm { get; init; }

    /// <summary>Narrowest extent, mm; null without a scale.</summary>
    public required double? WidthMm { get; init; }

    /// <summary>Length of the outline, mm; null without a scale.</summary>
    public required double? PerimeterMm { get; init; }

    /// <summary>[x, y] in pixels.</summary>
    public required IReadOnlyList<double> Centroid { get; init; }

    /// <summary>[x1, y1, x2, y2] in pixels; x2 and y2 are one past the last.</summary>
    public required IReadOnlyList<int> Box { get; init; }

    /// <summary>See <see cref="LeafColour"/>; absent where it is not measured, or the leaf is grey.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? HueDeg { get; init; }

    /// <summary>Green chromatic coordinate of the mean, G / (R + G + B), 0 to 1; null where it is not measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Greenness { get; init; }

    /// <summary>Whether the leaf does not touch the edge of its pot's picture.</summary>
    public required bool InFrame { get; init; }
}
