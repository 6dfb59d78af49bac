namespace LeafSeg.Common.Messages;

/// <summary><c>leafseg.health/1</c>: the state of a rig; sent every minute and on change. Null: not known here.</summary>
public sealed record RigHealth
{
    /// <summary>Name and major version of the schema.</summary>
    public const string SchemaName = "leafseg.health/1";

    /// <summary><see cref="SchemaName"/>.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>When it was measured, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Changes at every start of the machine.</summary>
    public required string Boot { get; init; }

    /// <summary>When the machine started, UTC.</summary>
    public required DateTimeOffset BootTime { get; init; }

    /// <summary>Seconds since the machine started.</summary>
    public required long UptimeS { get; init; }

    /// <summary>Of the processor, °C; null: no sensor.</summary>
    public required double? TemperatureC { get; init; }

    /// <summary>Whether heat or voltage slows the processor; null: the machine does not report.</summary>
    public required bool? Throttled { get; init; }

    /// <summary>Of the state folder's file system, 0 to 100; null: unknown.</summary>
    public required double? DiskUsedPercent { get; init; }

    /// <summary>Results recorded but not yet acknowledged by the broker.</summary>
    public required long OutboxDepth { get; init; }

    /// <summary>Triggers since boot that could not be served.</summary>
    public required long MissedTriggers { get; init; }

    /// <summary>How far the machine's time can be trusted.</summary>
    public required HealthClock Clock { get; init; }

    /// <summary>Whether captures are paused by a command.</summary>
    public required bool Paused { get; init; }

    /// <summary>Codes of all alarms that last: "camera-lost", "disk-low", ...</summary>
    public required IReadOnlyList<string> Alarms { get; init; }
}

/// <summary>The machine's clock.</summary>
public sealed record HealthClock
{
    /// <summary>Whether the clock is set by a reference.</summary>
    public required ClockState State { get; init; }

    /// <summary>The kernel's estimate of the clock's error, milliseconds; null: unknown.</summary>
    public required double? ErrorMs { get; init; }
}
