using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>Finds and measures the leaves on one frame.</summary>
internal sealed class FrameMeasuring(CameraViews views, QualityWatch qualityWatch, TimeProvider time)
{
    /// <param name="frame">Without the lens's distortion.</param>
    /// <param name="model">Finds its leaves.</param>
    /// <param name="begin">Monotonic time at which the work on it began, the lens's correction included.</param>
    public Measurement Measure(Frame frame, LeafModel model, long begin)
    {
        FrameQuality quality = FrameQuality.Measure(frame.Image);
        qualityWatch.Look(frame.Camera, quality);

        CameraView view = views[frame.Camera];
        IReadOnlyList<Marker> markers = view.NeedsMarkers ? ArucoMarkers.Find(frame.Image) : [];
        bool fits = view.Fits(frame.Image.Width, frame.Image.Height);
        IReadOnlyList<Pot> places = view.Pots.Find(markers, frame.Image.Width, frame.Image.Height, fits);
        (PictureScale? toMm, CaptureScale? scale) = view.Scale.Now(markers, frame.Image.Width, frame.Image.Height, fits);

        long beforeModel = time.MonotonicNs();
        PottedLeaves found = PottedLeaves.Find(frame.Image, places, view.Pots.MarginPx, model.Find, model.AtOnce);
        double inferMs = time.MillisecondsSince(beforeModel);

        long beforeTraits = time.MonotonicNs();
        LabelMap labels = found.Paste(frame.Image);
        IReadOnlyList<PlantTraits> plants = PlantTraits.MeasureEach(labels, found.Places, toMm);
        return new Measurement
        {
            Model = new CaptureModel
            {
                Name = model.Metadata.Name,
                Version = model.Metadata.Version,
                Digest = model.Digest,
                Provider = model.Provider,
            },
            Quality = quality,
            Frozen = frame.Repeats > 0,
            Found = found,
            Labels = labels,
            Colours = LeafColour.MeasureEach(frame.Image, labels),
            Plants = plants,
            Scale = scale,
            QueueMs = (begin - frame.MonotonicNs) / 1e6,
            InferMs = inferMs,
            MeasureMs = time.MillisecondsSince(beforeTraits) + ((beforeModel - begin) / 1e6),
        };
    }
}
