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
