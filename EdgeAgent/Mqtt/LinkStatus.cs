namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>The state of the rig's connection to its broker.</summary>
internal sealed record LinkStatus
{
    public required bool Connected { get; init; }

    /// <summary>When this began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Why it is not connected; null while nothing has gone wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>When it is tried again; null while connected or trying.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Attempts that failed in a row.</summary>
    public int FailedAttempts { get; init; }
}
