using LeafSeg.Common.Messages;
using LeafSeg.Common.Tracking;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>Puts a frame and what was found on it into the words of <c>leafseg.capture/1</c>.</summary>
internal sealed class CaptureComposer(RigName rig, MachineBoot boot, SystemClock wallClock)
{
    public CaptureResult Compose(Frame frame, Measurement measurement, IReadOnlyList<TrackedPlant?> tracked, long sequence)
    {
        (ClockState clock, double? errorMs) = wallClock.Read();
        return new CaptureResult
        {
            Id = frame.Trigger.Id,
            Site = rig.Site,
            Rig = rig.Rig,
            Boot = boot.Id,
            Sequence = sequence,
            Time = frame.Time,
            Clock = new CaptureClock { State = clock, ErrorMs = errorMs, MonotonicNs = frame.MonotonicNs },
            Trigger = new CaptureTrigger
            {
                Kind = frame.Trigger.Kind,
                EdgeMonotonicNs = frame.Trigger.EdgeMonotonicNs,
                MissedBefore = frame.Trigger.MissedBefore,
            },
            Camera = new CaptureCamera
            {
                Name = frame.Camera,
                Width = frame.Image.Width,
                Height = frame.Image.Height,
                ExposureUs = frame.Picture.ExposureUs,
                Fired = frame.Fired,
                ExposedMonotonicNs = frame.ExposedMonotonicNs,
                Undistorted = frame.Undistorted ? true : null,
            },
            Model = measurement.Model,
            Quality = new CaptureQuality
            {
                Sharpness = Math.Round(measurement.Quality.Sharpness, 4),
                Saturated = Math.Round(measurement.Quality.Saturated, 4),
                Dark = Math.Round(measurement.Quality.Dark, 4),
                Frozen = measurement.Frozen,
            },
            Scale = measurement.Scale,
            Plants =
            [
                .. measurement.Plants.Select((traits, i) => Plant(frame, measurement, traits, tracked[i], i)),
            ],
            TimingMs = new CaptureTiming
            {
                Expose = frame.Picture.ExposureUs / 1000,
                Grab = Math.Round(frame.GrabMs, 2),
                Queue = Math.Round(measurement.QueueMs, 2),
                Infer = Math.Round(measurement.InferMs, 2),
                Measure = Math.Round(measurement.MeasureMs, 2),

                // The message is written inside the transaction that it would time.
                Record = null,
            },
            Replayed = false,
        };
    }

    private static CapturedPlant Plant(Frame frame, Measurement measurement, PlantTraits traits, TrackedPlant? tracked, int i)
    {
        int before = measurement.Found.Places[i].FirstLabel - 1;
        CapturedPlant plant = CapturedPlant.From(measurement.Found.Pots[i].Plant, traits, measurement.Found.Of(i)).With(leaf => measurement.Colours[before + leaf]) with
        {
            Doubt = Math.Round(measurement.DoubtOf(i, tracked), 3),
        };
        return tracked is null ? plant : plant.With(tracked, frame.Time);
    }
}
