using System.Runtime.InteropServices;
using CsCheck;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Networks;

namespace LeafSeg.ModelTraining.Tests.Networks;

public class BoxTests
{
    private static readonly Gen<Box> AnyBox =
        from x in Gen.Float[0, 400]
        from y in Gen.Float[0, 400]
        from width in Gen.Float[2, 100]
        from height in Gen.Float[2, 100]
        select new Box(x, y, x + width, y + height);

    [Fact]
    public void Decoding_reverses_encoding() => Gen.Select(AnyBox, AnyBox).Sample((reference, box) =>
    {
        float[] deltas = new float[4];
        foreach (BoxCoder coder in new[] { BoxCoder.Proposals, BoxCoder.Detections })
        {
            coder.Encode(reference, box, deltas);
            Box decoded = coder.Decode(reference, deltas);
            Assert.Equal(box.X1, decoded.X1, 0.01f);
            Assert.Equal(box.Y2, decoded.Y2, 0.01f);
            Assert.Equal(box.Width, decoded.Width, 0.01f);
        }
    });

    [Fact]
    public void Overlap_is_symmetric_and_one_only_with_itself() => Gen.Select(AnyBox, AnyBox).Sample((a, b) =>
    {
        Assert.Equal(BoxGeometry.IoU(a, b), BoxGeometry.IoU(b, a));
        Assert.InRange(BoxGeometry.IoU(a, b), 0, 1);
        Assert.Equal(1, BoxGeometry.IoU(a, a), 1e-5f);
    });

    [Fact]
    public void Suppression_keeps_the_first_of_those_that_overlap_and_all_others() => AnyBox.List[0, 40].Sample(boxes =>
    {
        List<int> kept = BoxGeometry.Suppress(CollectionsMarshal.AsSpan(boxes), 0.5f);
        for (int i = 0; i < boxes.Count; i++)
        {
            bool covered = kept.Any(k => k < i && BoxGeometry.IoU(boxes[k], boxes[i]) > 0.5f);
            Assert.Equal(!covered, kept.Contains(i));
        }
    });

    [Fact]
    public void Anchors_stand_at_cell_centres_and_have_their_size_and_ratio()
    {
        Box[] anchors = AnchorGrid.Level(cells: 3, stride: 8, sizes: [16, 32], ratios: [0.5f, 1, 2]);

        Assert.Equal(3 * 3 * 6, anchors.Length);
        Box tall = anchors[(((1 * 3) + 2) * 6) + 5];
        Assert.Equal(20, (tall.X1 + tall.X2) / 2, 1e-4f);
        Assert.Equal(12, (tall.Y1 + tall.Y2) / 2, 1e-4f);
        Assert.Equal(32 * 32, tall.Area, 0.1f);
        Assert.Equal(2, tall.Height / tall.Width, 1e-4f);
    }
}
