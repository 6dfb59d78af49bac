using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Weights;

namespace LeafSeg.ModelTraining.Tests.Evaluation;

public sealed class LeafFinderTests(TrialNetwork network) : IClassFixture<TrialNetwork>, IDisposable
{
    private readonly TrialFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void A_checkpoint_and_the_file_exported_from_it_find_the_same_leaves()
    {
        RgbImage picture = ImageFile.Read(files.WritePicture("a.png"));
        using LeafFinder checkpoint = LeafFinder.Open(network.Checkpoint);
        using LeafFinder model = LeafFinder.Open(network.Model);

        IReadOnlyList<LeafInstance> one = checkpoint.Find(picture), other = model.Find(picture);

        Assert.NotEmpty(one);
        Assert.Equal(one.Count, other.Count);
        Assert.All(one.Zip(other), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4f));
        Assert.Equal((TrialNetwork.ScoreThreshold, TrialNetwork.ScoreThreshold), (checkpoint.ScoreThreshold, model.ScoreThreshold));
    }

    [Fact]
    public void A_checkpoint_shows_doubtful_leaves_that_do_not_count_and_an_exported_file_cannot()
    {
        RgbImage picture = ImageFile.Read(files.WritePicture("a.png"));
        using LeafFinder strict = LeafFinder.Open(network.Checkpoint);
        using LeafFinder checkpoint = LeafFinder.Open(network.Checkpoint, lowest: LeafFinder.LowestScore);
        using LeafFinder model = LeafFinder.Open(network.Model, lowest: LeafFinder.LowestScore);

        // The surest hundred at most: the last of them shows how far down each looked.
        Assert.InRange(checkpoint.FindAll(picture)[^1].Score, LeafFinder.LowestScore, TrialNetwork.ScoreThreshold);
        Assert.True(strict.FindAll(picture)[^1].Score > TrialNetwork.ScoreThreshold);
        Assert.Equal(strict.Find(picture).Select(leaf => leaf.Score), checkpoint.Find(picture).Select(leaf => leaf.Score));
        Assert.Equal(LeafFinder.LowestScore, checkpoint.Lowest);
        Assert.Equal(TrialNetwork.ScoreThreshold, model.Lowest);
    }

    [Fact]
    public void A_threshold_that_is_asked_for_takes_the_place_of_the_files_own()
    {
        RgbImage picture = ImageFile.Read(files.WritePicture("a.png"));
        foreach (string file in new[] { network.Checkpoint, network.Model })
        {
            using LeafFinder all = LeafFinder.Open(file);
            IReadOnlyList<LeafInstance> leaves = all.Find(picture);
            float between = (leaves[leaves.Count / 2].Score + leaves[(leaves.Count / 2) - 1].Score) / 2;
            using LeafFinder finder = LeafFinder.Open(file, between);
            Assert.Equal(leaves.Count(leaf => leaf.Score >= between), finder.Find(picture).Count);
        }
    }

    [Fact]
    public void What_is_neither_is_refused()
    {
        Assert.Throws<ModelFileException>(() => LeafFinder.Open(files.At()));
        Assert.Throws<ModelFileException>(() => LeafFinder.Open(files.At("missing.onnx")));
        File.Copy(network.Model, files.At("model.safetensors"));
        Assert.ThrowsAny<WeightsFileException>(() => LeafFinder.Open(files.At("model.safetensors")));
    }
}
