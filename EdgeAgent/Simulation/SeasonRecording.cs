using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Synthesis;
using LeafSeg.Common.Tracking;
using LeafSeg.EdgeAgent.Calibration.Scale;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Simulation;

/// <summary>Renders a growing plant, finds and follows its leaves with the model as a rig would, and keeps the results.</summary>
internal static class SeasonRecording
{
    /// <summary>Pictures of a life that takes some weeks.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromHours(12);

    private const double MmPerPx = 0.2;

    public const string Plant = "arabidopsis";

    public static SimulatedSeason Record(LeafModel model, int pictures, int size, ulong seed, string folder, Action<int> progress, CancellationToken cancellationToken)
    {
        AlarmBoard alarms = new(TimeProvider.System, NullLogger<AlarmBoard>.Instance);
        CameraOptions camera = new() { Plant = Plant, Folder = new PictureFolderOptions(), Scale = new ScaleOptions { MmPerPx = MmPerPx } };
        using CameraViews views = new([camera], folder, new CameraAlarms(alarms));
        using OutboxStore outbox = OutboxStore.Open(folder);
        FrameMeasuring measuring = new(views, new QualityWatch(new QualityOptions(), new CameraAlarms(alarms)), TimeProvider.System);
        PlantTrackers trackers = new(outbox, NullLogger<PlantTrackers>.Instance);
        CaptureComposer composer = new(new RigName("simulated", "season"), MachineBoot.Of(outbox.StoreId), new SystemClock());
        RosetteSettings settings = new() { Size = size };
        DateTimeOffset begin = DateTimeOffset.UnixEpoch;
        List<CaptureResult> captures = [];
        for (int i = 0; i < pictures; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RgbImage picture = RosetteRenderer.RenderFrame(settings, seed, i, pictures).Image;
            Frame frame = new()
            {
                Trigger = new Trigger { Id = Guid.CreateVersion7(), Kind = TriggerKind.Schedule, EdgeMonotonicNs = null, MissedBefore = 0 },
                Camera = camera.Name,
                Picture = new CameraPicture { Image = picture, Source = "rendered", ExposureUs = 8000 },
                Time = begin + (i * Interval),
                MonotonicNs = TimeProvider.System.MonotonicNs(),
                GrabMs = 0,
            };
            Measurement measurement = measuring.Measure(frame, model, TimeProvider.System.MonotonicNs());
            IReadOnlyList<TrackedPlant?> tracked = trackers.Observe(frame.Time, measurement);
            captures.Add(composer.Compose(frame, measurement, tracked, i + 1));
            progress(i + 1);
        }

        return new SimulatedSeason(captures, Interval);
    }
}
