namespace LeafSeg.EdgeAgent.Telemetry;

/// <summary>What happened since the agent started.</summary>
internal sealed class Counters
{
    public Counter Triggers { get; } = new();

    /// <summary>Triggers that could not be served.</summary>
    public Counter Missed { get; } = new();

    /// <summary>Triggers that earlier runs of the agent missed since the machine was started.</summary>
    public long MissedEarlier { get; init; }

    /// <summary>Triggers missed since the machine was started.</summary>
    public long MissedSinceBoot => MissedEarlier + Missed.Value;

    /// <summary>Pictures taken.</summary>
    public Counter Captures { get; } = new();

    /// <summary>Pictures that could not be read or taken.</summary>
    public Counter FrameErrors { get; } = new();

    /// <summary>Results recorded in the outbox.</summary>
    public Counter Results { get; } = new();

    /// <summary>Pictures on which the measurement failed.</summary>
    public Counter ProcessingErrors { get; } = new();

    /// <summary>Results handed to the broker, resends included.</summary>
    public Counter Published { get; } = new();

    /// <summary>Results that the broker has acknowledged.</summary>
    public Counter Acknowledged { get; } = new();
}
