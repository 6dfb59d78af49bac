using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>The values of enumerations as the messages have them.</summary>
internal static class MessageWords
{
    public static string Of(ClockState state) => state switch
    {
        ClockState.Synchronised => "synchronised",
        ClockState.Unsynchronised => "unsynchronised",
        _ => "holdover",
    };

    public static string Of(TriggerKind kind) => kind switch
    {
        TriggerKind.Gpio => "gpio",
        TriggerKind.Schedule => "schedule",
        _ => "command",
    };

    public static string Of(AlarmSeverity severity) => severity == AlarmSeverity.Critical ? "critical" : "warning";

    public static string Of(ModelState state) => state == ModelState.RolledBack ? "rolled-back" : state.ToString().ToLowerInvariant();
}
