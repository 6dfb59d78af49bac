using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>What one message says.</summary>
/// <param name="Rig">Whose topic it came on.</param>
internal abstract record Reading(RigName Rig);

/// <param name="Rig">Whose.</param>
/// <param name="Capture">The result.</param>
/// <param name="Taken">The time in the capture's id.</param>
internal sealed record CaptureReading(RigName Rig, CaptureResult Capture, DateTimeOffset Taken) : Reading(Rig);

internal sealed record HealthReading(RigName Rig, RigHealth Health) : Reading(Rig);

/// <param name="Rig">Whose.</param>
/// <param name="Status">"online", "stopped" or "offline"; null: no longer known.</param>
internal sealed record StatusReading(RigName Rig, string? Status) : Reading(Rig);

internal sealed record InfoReading(RigName Rig, RigInfo Info) : Reading(Rig);

/// <param name="Rig">Whose.</param>
/// <param name="Code">Which alarm.</param>
/// <param name="Alarm">Null: it is over.</param>
internal sealed record AlarmReading(RigName Rig, string Code, Alarm? Alarm) : Reading(Rig);

internal sealed record UpdateReading(RigName Rig, ReportedModel Reported) : Reading(Rig);

/// <summary>Nothing to write: a retained message that was cleared.</summary>
internal sealed record EmptyReading(RigName Rig) : Reading(Rig);

/// <param name="Reason">Why it cannot be written: what was found, what was expected.</param>
internal sealed record UnreadableReading(string Reason) : Reading(new RigName("", ""));
