using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Augmentation;
using LeafSeg.ModelTraining.Metrics;
using LeafSeg.ModelTraining.Networks;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Tests.Training;

/// <summary>Half a pixel is worth five points: perfect boxes and masks must come back as they went in.</summary>
public class GeometryTests
{
    private const int Rosettes = 50;

    [Theory]
    [InlineData(500, 512, 56, 0.99)]
    [InlineData(500, 384, 56, 0.99)]
    [InlineData(128, 512, 56, 0.99)]
    // The finest teeth and bays are finer than 28 cells a leaf: .990 of toothed and lobed plants, .995 of smooth ones.
    [InlineData(500, 512, 28, 0.985)]
    [InlineData(128, 512, 28, 0.99)]
    // As the model that ships does it.
    [InlineData(500, 640, 32, 0.985, 0.1f)]
    [InlineData(128, 640, 32, 0.99, 0.1f)]
    public void Truth_pushed_through_targets_masks_paste_and_overlap_rule_stays_truth(
        int pictureSize, int inputSize, int cells, double least, float margin = 0)
    {
        using MaskRcnn network = new(new NetworkSettings { InputSize = inputSize, MaskMargin = margin });
        List<LeafScore> scores = [];
        for (ulong seed = 1; scores.Count < Rosettes; seed++)
        {
            LabelMap truth = ResizeAtPixelCentres(RosetteRenderer.Render(new RosetteSettings(), seed).Labels, pictureSize);
            if (truth.Areas().Count > 0)
            {
                scores.Add(LeafScore.Compare(ThereAndBack(truth, network, cells), truth));
            }
        }

        LeafScoreSummary summary = LeafScoreSummary.Of(scores);
        TestContext.Current.TestOutputHelper?.WriteLine($"SBD {summary.Sbd:F4}, |DiC| {summary.AbsoluteDic:F2}");
        Assert.True(summary.Sbd >= least, $"SBD {summary.Sbd:F4}");
    }

    private static LabelMap ThereAndBack(LabelMap picture, MaskRcnn network, int cells)
    {
        Letterbox letterbox = Letterbox.Fit(picture.Width, picture.Height, network.Settings.InputSize);
        Truth truth = Truth.From(picture, letterbox);
        List<LeafInstance> leaves = [];
        for (int i = 0; i < truth.Boxes.Length; i++)
        {
            float[] mask = new float[cells * cells];
            Box box = network.MaskBox(truth.Boxes[i]);
            truth.WriteMask(i, box, cells, mask);
            leaves.Add(new LeafInstance { Box = letterbox.ToSource(box), Score = 1, MaskSize = cells, Mask = mask });
        }

        // Small pieces of true leaves, which LeafPieces would give to others, stay: they are no matter of geometry.
        return LeafMap.Share(leaves, picture.Width, picture.Height);
    }

    private static LabelMap ResizeAtPixelCentres(LabelMap map, int size)
    {
        const InterpolationFlags NearestExact = (InterpolationFlags)6;
        LabelMap result = new(size, size);
        using Mat source = Mat.FromPixelData(map.Height, map.Width, MatType.CV_16UC1, map.Labels);
        using Mat target = Mat.FromPixelData(size, size, MatType.CV_16UC1, result.Labels);
        Cv2.Resize(source, target, new Size(size, size), 0, 0, NearestExact);
        return result;
    }
}
