using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Updates.Requests;

namespace LeafSeg.EdgeAgent.Web;

/// <summary>Gathers what the status page shows.</summary>
internal sealed class StatusReport(
    RigName rig,
    ModelInUse models,
    UpdateJournal updates,
    IReadOnlyList<CameraStatus> cameras,
    MqttLink link,
    OutboxStore outbox,
    Counters counters,
    AlarmBoard alarms,
    RecentResults recent,
    TimeProvider time)
{
    private readonly DateTimeOffset started = time.GetUtcNow();

    /// <summary>Of the leaves' outlines on overlays, the one of leaf 1 first, for CSS.</summary>
    private static readonly IReadOnlyList<string> Colours =
        [.. Enumerable.Range(1, Overlay.ColourCount).Select(Overlay.ColourOf).Select(colour => $"#{colour.R:x2}{colour.G:x2}{colour.B:x2}")];

    /// <summary>Alarms without whose end no picture becomes a recorded result.</summary>
    private static readonly string[] Measuring =
        [AlarmCode.CameraLost, AlarmCode.CameraFrozen, AlarmCode.ProcessingFailed, AlarmCode.OutboxFailed];

    /// <summary>What keeps the rig from measuring, one line each; none: it is well.</summary>
    public IReadOnlyList<string> Troubles() =>
        [.. alarms.Lasting.Where(a => Measuring.Contains(a.Key)).Select(a => $"{a.Key}: {a.Value.Detail}")];

    /// <summary>What keeps a result from reaching the broker, one line each; none: the rig is ready.</summary>
    public IReadOnlyList<string> NotReady() => link.Status.Connected
        ? Troubles()
        : [.. Troubles(), $"broker {link.Address}: {link.Status.Problem ?? "not connected yet"}"];

    public RigStatus Now()
    {
        long? shown = recent.Overlay?.Sequence;
        return new RigStatus
        {
            Site = rig.Site,
            Rig = rig.Rig,
            AgentVersion = InfoReport.AgentVersion,
            Time = time.GetUtcNow(),
            Started = started,
            Model = $"{models.Current.Metadata.Name} {models.Current.Metadata.Version}",
            ModelDigest = models.Current.Digest,
            ModelUpdate = updates.State,
            Provider = models.Current.Provider,
            ProviderNote = models.Current.ProviderNote,
            Camera = cameras[0].Name,
            CameraProblem = cameras[0].Problem,
            Cameras = [.. cameras.Select(c => new CameraState(c.Name, c.Size?.Width, c.Size?.Height, c.Problem))],
            Broker = link.Address.ToString(),
            BrokerLink = link.Status,
            Triggers = counters.Triggers.Value,
            Missed = counters.Missed.Value,
            Captures = counters.Captures.Value,
            FrameErrors = counters.FrameErrors.Value,
            ProcessingErrors = counters.ProcessingErrors.Value,
            Results = counters.Results.Value,
            Acknowledged = counters.Acknowledged.Value,
            OutboxDepth = outbox.Depth,
            OutboxBytes = outbox.Bytes,
            OutboxLimitBytes = outbox.Limit.OwnBytes,
            Alarms = [.. alarms.Lasting.Select(a => new AlarmStatus(a.Key, a.Value.Since, a.Value.Detail))],
            OverlaySequence = shown,
            LeafColours = Colours,
            History = WithoutLeaves(recent.All, shown),
        };
    }

    /// <summary>All that is known of a plant, with its leaves.</summary>
    public IReadOnlyList<ResultSummary> HistoryOf(string plant) => [.. recent.All.Where(result => result.Plant == plant)];

    /// <summary>The leaves of the picture that is shown are enough; those of a season would be a megabyte.</summary>
    private static ResultSummary[] WithoutLeaves(IReadOnlyList<ResultSummary> history, long? but) =>
        [.. history.Select(result => result.Sequence == but || result.Leaves is null ? result : result with { Leaves = null })];
}
