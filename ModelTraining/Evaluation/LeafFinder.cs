using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>A trained network that finds leaves, from whichever file it was opened.</summary>
internal abstract class LeafFinder : IDisposable
{
    /// <summary>Down to here COCO's figures look, as torchvision and detectron2 have it.</summary>
    public const float LowestScore = 0.05f;

    private const string CheckpointExtension = ".safetensors";

    /// <summary>The file's name.</summary>
    public required string File { get; init; }

    /// <summary>From this score on a leaf counts as found.</summary>
    public required float ScoreThreshold { get; init; }

    /// <summary>Name and version, or how far the training came.</summary>
    public abstract string Title { get; }

    /// <summary>One line on what is in the file.</summary>
    public abstract string About { get; }

    /// <summary>The training run's settings as JSON.</summary>
    public abstract string Settings { get; }

    /// <summary>The lowest score that it can report.</summary>
    public abstract float Lowest { get; }

    /// <summary>Opens an ONNX file, or the averaged network of a checkpoint (.safetensors).</summary>
    /// <param name="path">The file.</param>
    /// <param name="scoreThreshold">In place of the file's own.</param>
    /// <param name="lowest">
    /// Report less sure leaves too, down to this score. An ONNX file has dropped what lies below its own threshold before it answers.
    /// </param>
    /// <exception cref="ModelFileException">The file is missing, broken, or breaks the contract.</exception>
    /// <exception cref="Weights.WeightsFileException">Not a checkpoint, damaged, or of another network.</exception>
    public static LeafFinder Open(string path, float? scoreThreshold = null, float? lowest = null)
    {
        if (Directory.Exists(path))
        {
            throw new ModelFileException(
                ModelFault.Missing, $"{path}: is a folder, expected a model file (.onnx) or a checkpoint ({CheckpointExtension}) of a training run");
        }

        return Path.GetExtension(path).Equals(CheckpointExtension, StringComparison.OrdinalIgnoreCase)
            ? CheckpointLeaves.Open(path, scoreThreshold, lowest)
            : ModelLeaves.Open(path, scoreThreshold, lowest);
    }

    /// <summary>Longest side of what the network looks at, in pixels.</summary>
    public abstract int InputSize { get; }

    /// <summary>All leaves down to the lowest score requested, falling by score, in the picture's own pixels.</summary>
    public abstract IReadOnlyList<LeafInstance> FindAll(RgbImage picture);

    /// <summary>The leaves that count.</summary>
    public IReadOnlyList<LeafInstance> Find(RgbImage picture) => Sure(FindAll(picture));

    /// <summary>Those of <paramref name="leaves"/> that count.</summary>
    public IReadOnlyList<LeafInstance> Sure(IReadOnlyList<LeafInstance> leaves) => [.. leaves.Where(leaf => leaf.Score >= ScoreThreshold)];

    public abstract void Dispose();

    /// <summary>The lowest score to request: what counts is never left out.</summary>
    protected static float LowestOf(float threshold, float? lowest) => Math.Min(threshold, lowest ?? threshold);
}
