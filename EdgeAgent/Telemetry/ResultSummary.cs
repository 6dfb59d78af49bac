using System.Text.Json.Serialization;

namespace LeafSeg.EdgeAgent.Telemetry;

/// <summary>One plant of one result in a line: for the status page and the terminal.</summary>
internal sealed record ResultSummary
{
    public required long Sequence { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string Plant { get; init; }

    public required string Source { get; init; }

    public required int LeafCount { get; init; }

    /// <summary>Counts the plants in this place, from 1; null where leaves are not followed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Series { get; init; }

    /// <summary>As all pictures of the plant so far have it, and the ends of its interval; null where leaves are not followed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafCountStable { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafCountLow { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafCountHigh { get; init; }

    /// <summary>Those with an identity; null where leaves are not followed, or not requested.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LeafSummary>? Leaves { get; init; }

    public required int AreaPx { get; init; }

    public required double? AreaMm2 { get; init; }

    /// <summary>Milliseconds the model took.</summary>
    public required double InferMs { get; init; }

    /// <summary>Where the plant stands in the picture, as shares of its width and height: left, top, right, bottom.</summary>
    public IReadOnlyList<double>? Place { get; init; }

    /// <summary>Name of the camera that sees the plant.</summary>
    public string? Camera { get; init; }

    public bool Acknowledged { get; init; }

    /// <summary>Remembered from before the start of this program.</summary>
    [JsonIgnore]
    public bool FromEarlierRun { get; init; }
}

/// <summary>One leaf of a result.</summary>
/// <param name="Id">Its identity within the plant: its number and colour on every picture.</param>
/// <param name="AreaPx">Pixels.</param>
/// <param name="AreaMm2">Null without a scale.</param>
/// <param name="At">Its centroid as shares of the picture's width and height.</param>
internal sealed record LeafSummary(int Id, int AreaPx, double? AreaMm2, IReadOnlyList<double> At);
