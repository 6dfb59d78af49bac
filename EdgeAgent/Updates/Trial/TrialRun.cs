using System.Diagnostics;
using System.Threading.Channels;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Updates.Proof;

namespace LeafSeg.EdgeAgent.Updates.Trial;

/// <summary>
/// Has a new model look at what the one in use has measured. It never holds a capture up: while it is busy, pictures pass by.
/// </summary>
internal sealed class TrialRun(ModelInUse models, TrialOptions options)
{
    /// <param name="candidate">The new model.</param>
    /// <param name="progress">Gets the figures after each picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UnprovenException">It differs too much, is too slow, or fails.</exception>
    public async Task<TrialFigures> RunAsync(LeafModel candidate, Action<TrialFigures> progress, CancellationToken cancellationToken)
    {
        Channel<(Frame Frame, Measurement Measurement)> pictures = Channel.CreateBounded<(Frame, Measurement)>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Offer(Frame frame, Measurement measurement) => pictures.Writer.TryWrite((frame, measurement));

        TrialSums sums = new(options.Captures);
        models.Measured += Offer;
        try
        {
            while (sums.Figures.Captures < options.Captures)
            {
                (Frame frame, Measurement measurement) = await pictures.Reader.ReadAsync(cancellationToken);
                Look(candidate, frame, measurement, sums);
                progress(sums.Figures);
            }
        }
        catch (ModelFileException e)
        {
            throw new UnprovenException($"on trial: {e.Message}", e);
        }
        finally
        {
            models.Measured -= Offer;
        }

        sums.Figures.Judge(options);
        return sums.Figures;
    }

    private static void Look(LeafModel candidate, Frame frame, Measurement old, TrialSums sums)
    {
        long begin = Stopwatch.GetTimestamp();
        PottedLeaves found = PottedLeaves.Find(frame.Image, old.Found.Pots, old.Found.MarginPx, candidate.Find, candidate.AtOnce);
        double inferMs = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        LabelMap labels = found.Paste(frame.Image);
        IReadOnlyList<PlantTraits> plants = PlantTraits.MeasureEach(labels, found.Places, null);
        sums.Add(old.Plants, plants, old.InferMs, inferMs);
    }
}
