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

    public bool Acknowledged { get; init; }
}
