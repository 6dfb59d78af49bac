using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Updates.Requests;

namespace LeafSeg.EdgeAgent.Web;

/// <summary>What <c>/status.json</c> holds.</summary>
internal sealed record RigStatus
{
    public required string Site { get; init; }

    public required string Rig { get; init; }

    public required string AgentVersion { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required string Model { get; init; }

    public required string ModelDigest { get; init; }

    /// <summary>The newest request for a model, its trial, and how earlier ones ended.</summary>
    public required UpdateState ModelUpdate { get; init; }

    public required string Provider { get; init; }

    public required string? ProviderNote { get; init; }

    public required string Camera { get; init; }

    /// <summary>Of the first camera.</summary>
    public required string? CameraProblem { get; init; }

    /// <summary>Each camera of the rig.</summary>
    public required IReadOnlyList<CameraState> Cameras { get; init; }

    public required string Broker { get; init; }

    public required LinkStatus BrokerLink { get; init; }

    public required long Triggers { get; init; }

    public required long Missed { get; init; }

    public required long Captures { get; init; }

    public required long FrameErrors { get; init; }

    public required long ProcessingErrors { get; init; }

    public required long Results { get; init; }

    public required long Acknowledged { get; init; }

    public required long OutboxDepth { get; init; }

    public required long OutboxBytes { get; init; }

    public required long OutboxLimitBytes { get; init; }

    public required IReadOnlyList<AlarmStatus> Alarms { get; init; }

    /// <summary>The result that <c>/overlay.jpg</c> belongs to; null before the first.</summary>
    public required long? OverlaySequence { get; init; }

    /// <summary>Of leaf 1, 2 ... on overlays, for CSS; then again from the first.</summary>
    public required IReadOnlyList<string> LeafColours { get; init; }

    /// <summary>Results, oldest first, also of runs before; with their leaves only those of the picture that is shown.</summary>
    public required IReadOnlyList<ResultSummary> History { get; init; }
}

/// <param name="Name">As in the settings.</param>
/// <param name="Width">Pixels; null until the first picture.</param>
/// <param name="Height">Pixels; null until the first picture.</param>
/// <param name="Problem">Why there is no picture; null while there are.</param>
internal sealed record CameraState(string Name, int? Width, int? Height, string? Problem);

internal sealed record AlarmStatus(string Code, DateTimeOffset Since, string Detail);
