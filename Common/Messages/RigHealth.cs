namespace LeafSeg.Common.Messages;

/// <summary><c>leafseg.health/1</c>: the state of a rig; sent every minute and on change. Null: not known here.</summary>
public sealed record RigHealth
{
    public const string SchemaName = "leafseg.health/1";

    public string Schema { get; init; } = SchemaName;

    public required DateTimeOffset Time { get; init; }

    public required string Boot { get; init; }

    public required DateTimeOffset BootTime { get; init; }

    public required long UptimeS { get; init; }

    public required double? TemperatureC { get; init; }

    public required bool? Throttled { get; init; }

    public required double? DiskUsedPercent { get; init; }

    /// <summary>Results recorded but not yet acknowledged by the broker.</summary>
    public required long OutboxDepth { get; init; }

    /// <summary>Triggers since boot that could not be served.</summary>
    public required long MissedTriggers { get; init; }

    public required HealthClock Clock { get; init; }

    public required bool Paused { get; init; }

    /// <summary>Codes of all alarms that last: "camera-lost", "disk-low", ...</summary>
    public required IReadOnlyList<string> Alarms { get; init; }
}

public sealed record HealthClock
{
    public required ClockState State { get; init; }

    public required double? ErrorMs { get; init; }
}
