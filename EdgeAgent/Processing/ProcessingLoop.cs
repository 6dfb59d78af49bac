using System.Threading.Channels;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tracking;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Overlays;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>Finds the leaves of each frame, measures them, and records the result; nothing is published before that.</summary>
internal sealed partial class ProcessingLoop(
    ChannelReader<Frame> frames,
    TriggerQueue triggers,
    ModelInUse models,
    CameraViews views,
    FrameMeasuring measuring,
    PlantTrackers trackers,
    CaptureComposer composer,
    MachineBoot boot,
    OutboxStore outbox,
    OutboxWatch outboxWatch,
    OverlayRing overlays,
    RecentResults recent,
    RunGoal goal,
    Counters counters,
    AlarmBoard alarms,
    TimeProvider time,
    ILogger<ProcessingLoop> log,
    OverlayStream? overlayStream = null,
    OriginalRing? originals = null,
    DoubtfulPictures? doubtful = null) : BackgroundService
{
    // Not stopped by the token: the capture loop stops first and ends the channel, and what was taken is measured.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogModel(models.Current.Metadata.Name, models.Current.Metadata.Version, models.Current.Provider);
        if (models.Current.ProviderNote is { } note)
        {
            LogOtherProvider(note);
        }

        await foreach (Frame taken in frames.ReadAllAsync(CancellationToken.None))
        {
            Frame frame = taken;
            Measurement measurement;
            IReadOnlyList<TrackedPlant?> tracked;
            // With the model that found them: another one may be in use by the time the event is handled.
            string digest = models.Current.Digest;
            try
            {
                measurement = models.Use(model =>
                {
                    digest = model.Digest;
                    long begin = time.MonotonicNs();
                    frame = views[taken.Camera].Corrected(taken);
                    return measuring.Measure(frame, model, begin);
                });
                tracked = trackers.Observe(frame.Time, measurement);
            }
#pragma warning disable CA1031 // One bad picture must not end the season: it is counted, logged and dropped.
            catch (Exception e)
#pragma warning restore CA1031
            {
                counters.ProcessingErrors.Increment();
                triggers.GiveBack(frame.Trigger, frame.Camera);
                LogFailed(frame.Picture.Source, e);
                alarms.Raise(AlarmCode.ProcessingFailed, AlarmSeverity.Critical, e.Message);
                models.NotifyFailed(digest, e.Message);
                goal.GiveUp();
                continue;
            }

            alarms.Clear(AlarmCode.ProcessingFailed);
            if (await RecordAsync(frame, measurement, tracked, stoppingToken) is not { } sequence)
            {
                continue;
            }

            Show(frame, measurement, tracked, sequence);
            Draw(frame, measurement, tracked, sequence);
            Keep(taken, measurement);
            KeepDoubtful(frame, measurement, tracked);
            models.NotifyMeasured(frame, measurement);
        }
    }

    /// <summary>The disk may refuse for a while; the result is held until it takes it. Null: the agent stops first.</summary>
    private async Task<long?> RecordAsync(Frame frame, Measurement measurement, IReadOnlyList<TrackedPlant?> tracked, CancellationToken stoppingToken)
    {
        Backoff backoff = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                long sequence = outbox.Record(
                    number => MessageJson.Write(composer.Compose(frame, measurement, tracked, number)),
                    new TriggerCheckpoint(frame.Time, boot.Id, counters.MissedSinceBoot),
                    trackers.States(measurement, tracked));
                counters.Results.Increment();
                alarms.Clear(AlarmCode.OutboxFailed);
                outboxWatch.Look();
                return sequence;
            }
            catch (SqliteException e)
            {
                alarms.Raise(AlarmCode.OutboxFailed, AlarmSeverity.Critical, $"results cannot be written to the disk: {e.Message}");
                if (stoppingToken.IsCancellationRequested)
                {
                    LogLost(frame.Trigger.Id);
                    return null;
                }

                await Task.Delay(backoff.Next(), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Show(Frame frame, Measurement measurement, IReadOnlyList<TrackedPlant?> tracked, long sequence)
    {
        for (int i = 0; i < measurement.Plants.Count; i++)
        {
            PlantTraits plant = measurement.Plants[i];
            recent.Add(new ResultSummary
            {
                Sequence = sequence,
                Time = frame.Time,
                Plant = measurement.Found.Pots[i].Plant,
                Source = frame.Picture.Source,
                LeafCount = plant.LeafCount,
                Series = tracked[i]?.Series,
                LeafCountStable = tracked[i]?.Count.Count,
                LeafCountLow = tracked[i]?.Count.Low,
                LeafCountHigh = tracked[i]?.Count.High,
                Leaves = tracked[i] is { } followed ? LeavesOf(plant, followed, frame.Image) : null,
                AreaPx = plant.ProjectedLeafAreaPx,
                AreaMm2 = plant.ProjectedLeafAreaMm2,
                InferMs = measurement.InferMs,
                Camera = frame.Camera,
                Place = PlaceOf(measurement.Found.Pots[i], frame.Image),
            });
        }
    }

    private static LeafSummary[] LeavesOf(PlantTraits plant, TrackedPlant followed, RgbImage picture)
    {
        Dictionary<int, int?> ids = followed.Leaves.ToDictionary(leaf => leaf.Leaf, leaf => leaf.Id);
        return
        [
            .. plant.Leaves.Where(leaf => ids[leaf.Leaf] is not null).Select(leaf => new LeafSummary(
                ids[leaf.Leaf]!.Value, leaf.AreaPx, leaf.AreaMm2, [Math.Round(leaf.Centroid.X / picture.Width, 4), Math.Round(leaf.Centroid.Y / picture.Height, 4)])),
        ];
    }

    private static double[] PlaceOf(Pot pot, RgbImage picture)
    {
        PixelBox box = pot.Within(picture.Width, picture.Height);
        return [Math.Round((double)box.X1 / picture.Width, 4), Math.Round((double)box.Y1 / picture.Height, 4), Math.Round((double)box.X2 / picture.Width, 4), Math.Round((double)box.Y2 / picture.Height, 4)];
    }

    private void Keep(Frame frame, Measurement measurement)
    {
        try
        {
            string plant = measurement.Found.Pots is [var only] ? only.Plant : frame.Camera;
            originals?.Offer(frame.Camera, plant, frame.Time, frame.Trigger.Id, frame.Image);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ImageFileException)
        {
            LogOriginalFailed(e.Message);
        }
    }

    /// <summary>Plant by plant, each as the model has looked at it, with the leaves of neighbours that hang in.</summary>
    private void KeepDoubtful(Frame frame, Measurement measurement, IReadOnlyList<TrackedPlant?> tracked)
    {
        if (doubtful is null || measurement.Frozen)
        {
            return;
        }

        try
        {
            for (int i = 0; i < measurement.Plants.Count; i++)
            {
                PixelBox part = measurement.Found.Places[i].Visible;
                doubtful.Offer(
                    new DoubtfulPlant(measurement.Found.Pots[i].Plant, frame.Time, frame.Trigger.Id, measurement.DoubtOf(i, tracked[i]), $"{measurement.Model.Name} {measurement.Model.Version}"),
                    () => (frame.Image.Crop(part), measurement.Labels.Crop(part)));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ImageFileException)
        {
            LogDoubtfulFailed(e.Message);
        }
    }

    private void Draw(Frame frame, Measurement measurement, IReadOnlyList<TrackedPlant?> tracked, long sequence)
    {
        // A leaf keeps its number and colour over time; on a plant that is not followed it has those of this picture.
        int? NumberOf(int label)
        {
            (int plant, int leaf) = measurement.Found.PlaceOf(label);
            return tracked[plant] is { } followed ? followed.Leaves.First(known => known.Leaf == leaf).Id : leaf;
        }

        try
        {
            byte[] jpeg = ImageFile.Encode(Overlay.Draw(frame.Image, measurement.Labels, new OverlayOptions { NumberOf = NumberOf }), ".jpg");
            recent.Show(new CaptureOverlay(sequence, frame.Trigger.Id, jpeg));
            overlayStream?.Offer(frame.Trigger.Id, jpeg);
            overlays.Write(sequence, frame.Trigger.Id, jpeg);
            overlays.TrimTo(outbox.Limit.LeftForPictures(outbox.Bytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ImageFileException)
        {
            LogOverlayFailed(e.Message);
        }
    }
}
