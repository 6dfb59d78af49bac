using System.Text.Json.Serialization;

namespace LeafSeg.Common.Messages;

/// <summary><c>leafseg.plant/1</c>: the newest numbers of one plant, flat, for a dashboard to bind to.</summary>
public sealed record PlantState
{
    public const string SchemaName = "leafseg.plant/1";

    public string Schema { get; init; } = SchemaName;

    public required string Plant { get; init; }

    /// <summary>The capture's time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The capture's id.</summary>
    public required Guid Capture { get; init; }

    /// <summary>The capture's sequence.</summary>
    public required long Sequence { get; init; }

    public required int LeafCount { get; init; }

    /// <summary>This and the next four: see <see cref="CapturedPlant"/>; absent where leaves are not followed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Series { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafCountStable { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafCountLow { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafCountHigh { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RelativeGrowthRatePerDay { get; init; }

    public required int ProjectedLeafAreaPx { get; init; }

    public required double? ProjectedLeafAreaMm2 { get; init; }

    public required double ConvexHullAreaPx { get; init; }

    public required double? Compactness { get; init; }

    public required double? Stockiness { get; init; }

    public required double? DiameterMm { get; init; }

    public required bool InFrame { get; init; }

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
