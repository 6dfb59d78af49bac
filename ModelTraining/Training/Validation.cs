using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Augmentation;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Metrics;
using LeafSeg.ModelTraining.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Training;

/// <summary>How good the averaged network is on the same pictures each time: leaf scores, the five losses, and a few of the pictures drawn.</summary>
internal sealed class Validation(MaskRcnn average, LabelledPictures pictures, TrainingSettings settings)
{
    private const int Shown = 4;
    private const int ShownSide = 240;

    private readonly int count = Math.Min(settings.ValidationPictures, pictures.Count);

    /// <exception cref="OperationCanceledException">Interrupted; nothing has changed.</exception>
    public Result Run(CancellationToken cancellation)
    {
        int shown = Math.Min(Shown, count);
        HashSet<int> drawn = [.. Enumerable.Range(0, shown).Select(i => shown == 1 ? 0 : i * (count - 1) / (shown - 1))];
        List<LeafScore> scores = [];
        List<(string Name, RgbImage Overlay)> overlays = [];
        double[] losses = new double[LeafLoss.Names.Length];
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            LeafPicture picture = pictures.Read(i);
            IReadOnlyList<LeafInstance> leaves = NetworkLeaves.Find(average, picture.Image);
            scores.Add(Scoring.Score(leaves, picture.Labels, picture.Ignored));
            if (drawn.Contains(i))
            {
                overlays.Add((picture.Name, Draw(picture.Image, leaves)));
            }

            foreach ((int part, float value) in Losses(picture, i).Index())
            {
                losses[part] += value / count;
            }
        }

        return new Result(LeafScoreSummary.OfPicturesWithLeaves(scores), [.. scores.Where(score => score.TrueLeaves > 0).Select(score => score.Sbd)], losses, overlays);
    }

    /// <summary>The samples are drawn with the same seed each time, so that the curve shows the network and not the draw.</summary>
    private float[] Losses(LeafPicture picture, int index)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        int size = settings.Network.InputSize;
        Letterbox letterbox = Letterbox.Fit(picture.Image.Width, picture.Image.Height, size);
        Tensor pixels = tensor(letterbox.Apply(picture.Image).Pixels, [1, size, size, 3]);
        Truth truth = Truth.From(picture.TaughtLabels(), letterbox, settings.MinimumLeafArea);
        LeafLoss loss = LeafLoss.Of(average, pixels, [truth], settings.Loss, new Random(BatchLoader.HashCode(settings.Seed, index)));
        return [.. loss.All.Select(value => value.item<float>())];
    }

    private static RgbImage Draw(RgbImage picture, IReadOnlyList<LeafInstance> leaves)
    {
        RgbImage overlay = Overlay.Draw(picture, LeafMap.Paste(leaves, picture.Width, picture.Height));
        return Letterbox.Fit(overlay.Width, overlay.Height, ShownSide).Apply(overlay);
    }

    /// <summary>Mean scores, the SBD of each picture with a leaf, mean losses (<see cref="LeafLoss.Names"/>), and what the network sees in some of the pictures.</summary>
    internal sealed record Result(
        LeafScoreSummary Scores, IReadOnlyList<double> SbdOfEach, IReadOnlyList<double> Losses, IReadOnlyList<(string Name, RgbImage Overlay)> Overlays);
}
