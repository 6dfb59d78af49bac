using System.Text.Json.Serialization;

namespace LeafSeg.Common.Messages;

/// <summary><c>leafseg.plant/1</c>: the newest numbers of one plant, flat, for a dashboard to bind to.</summary>
public sealed record PlantState
{
    /// <summary>Name and major version of the schema.</summary>
    public const string SchemaName = "leafseg.plant/1";

    /// <summary><see cref="SchemaName"/>.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>The plant's name in the layout.</summary>
    public required string Plant { get; init; }

    /// <summary>The capture's time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The capture's id.</summary>
    public required Guid Capture { get; init; }

    /// <summary>The capture's sequence.</summary>
    public required long Sequence { get; init; }

    /// <summary>Leaves in the newest picture.</summary>
    public required int LeafCount { get; init; }

    /// <summary>This and the next four: see <see cref="CapturedPlant"/>; absent where leaves are not followed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Series { get; init; }

    /// <summary>Leaves over the last pictures; null: not known yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafCountStable { get; init; }

    /// <summary>Lower end of the interval of the leaf count; null: not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafCountLow { get; init; }

    /// <summary>Upper end of the interval of the leaf count; null: not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafCountHigh { get; init; }

    /// <summary>d ln(area) / dt, a day; null: not known yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RelativeGrowthRatePerDay { get; init; }

    /// <summary>Area of all leaves as seen from above, pixels.</summary>
    public required int ProjectedLeafAreaPx { get; init; }

    /// <summary>Area of all leaves as seen from above, mm²; null without a scale.</summary>
    public required double? ProjectedLeafAreaMm2 { get; init; }

    /// <summary>Area of the convex hull round the leaves' pixels, pixels.</summary>
    public required double ConvexHullAreaPx { get; init; }

    /// <summary>Leaf area by hull area, 0 to 1; null without leaves.</summary>
    public required double? Compactness { get; init; }

    /// <summary>4 π area / perimeter², 0 to 1; null without leaves.</summary>
    public required double? Stockiness { get; init; }

    /// <summary>Largest distance across the plant, mm; null without a scale.</summary>
    public required double? DiameterMm { get; init; }

    /// <summary>Whether no leaf touches the edge of its pot's picture.</summary>
    public required bool InFrame { get; init; }

    /// <summary>What a capture says of one of its plants.</summary>
    public static PlantState From(CaptureResult capture, CapturedPlant plant)
    {
        ArgumentNullException.ThrowIfNull(capture);
        ArgumentNullException.ThrowIfNull(plant);
        return new PlantState
        {
            Plant = plant.Plant,
            Time = capture.Time,
            Capture = capture.Id,
            Sequence = capture.Sequence,
            LeafCount = plant.LeafCount,
            Series = plant.Series,
            LeafCountStable = plant.LeafCountStable,
            LeafCountLow = plant.LeafCountLow,
            LeafCountHigh = plant.LeafCountHigh,
            RelativeGrowthRatePerDay = plant.RelativeGrowthRatePerDay,
            ProjectedLeafAreaPx = plant.ProjectedLeafAreaPx,
            ProjectedLeafAreaMm2 = plant.ProjectedLeafAreaMm2,
            ConvexHullAreaPx = plant.ConvexHullAreaPx,
            Compactness = plant.Compactness,
            Stockiness = plant.Stockiness,
            DiameterMm = plant.DiameterMm,
            InFrame = plant.InFrame,
        };
    }
}
