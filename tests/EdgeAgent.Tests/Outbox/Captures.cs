using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Tests.Outbox;

/// <summary>Results to send.</summary>
internal static class Captures
{
    /// <summary>A plant "a3" with two leaves.</summary>
    public static CaptureResult Any(long sequence) => new()
    {
        Id = Guid.CreateVersion7(),
        Site = "ghent",
        Rig = "r17",
        Boot = "9c1e4a7d",
        Sequence = sequence,
        Time = DateTimeOffset.UnixEpoch,
        Clock = new CaptureClock { State = ClockState.Unsynchronised, ErrorMs = null, MonotonicNs = 1 },
        Trigger = new CaptureTrigger { Kind = TriggerKind.Gpio, EdgeMonotonicNs = 1, MissedBefore = 0 },
        Camera = new CaptureCamera { Name = "top", Width = 8, Height = 8, ExposureUs = null },
        Model = new CaptureModel { Name = "tiny", Version = "0.1.0", Digest = $"sha256:{new string('0', 64)}", Provider = "CPU" },
        Quality = new CaptureQuality { Sharpness = 0.5, Saturated = 0, Dark = 0, Frozen = false },
        Scale = null,
        Plants =
        [
            new CapturedPlant
            {
                Plant = "a3",
                LeafCount = 2,
                ProjectedLeafAreaPx = 8,
                ProjectedLeafAreaMm2 = null,
                ConvexHullAreaPx = 9,
                Compactness = 0.9,
                Stockiness = 0.5,
                DiameterMm = null,
                InFrame = true,
                Leaves = [Leaf(1), Leaf(2)],
            },
        ],
        TimingMs = new CaptureTiming { Expose = null, Grab = 1, Queue = 1, Infer = 1, Measure = 1, Record = null },
        Replayed = false,
    };

    private static CapturedLeaf Leaf(int number) => new()
    {
        Leaf = number,
        Score = 0.9,
        AreaPx = 4,
        AreaMm2 = null,
        LengthMm = null,
        WidthMm = null,
        PerimeterMm = null,
        Centroid = [1, 1],
        Box = [0, 0, 2, 2],
        InFrame = true,
    };
}
