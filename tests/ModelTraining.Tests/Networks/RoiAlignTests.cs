using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Networks;

public class RoiAlignTests
{
    private const int Bins = 7;

    [Fact]
    public void A_region_of_a_ramp_pools_the_ramp_at_its_bin_centres()
    {
        // P2 holds its own x coordinate in input pixels: cell centres lie at (i + 0.5) * 4.
        Tensor ramp = ((arange(32, ScalarType.Float32) + 0.5f) * 4).view(1, 1, 1, 32).expand(1, 1, 32, 32).contiguous();
        Box box = new(21, 30, 49, 58);

        float[] pooled = RoiAlign.Pool([ramp], [new(0, box)], Bins, [], RoiSampling.HalfPixel).ToArray();

        for (int i = 0; i < pooled.Length; i++)
        {
            float centre = box.X1 + (((i % Bins) + 0.5f) * box.Width / Bins);
            Assert.Equal(centre, pooled[i], 1e-3f);
        }
    }

    [Fact]
    public void Pooling_equals_bilinear_sampling_written_out()
    {
        random.manual_seed(3);
        Tensor[] pyramid = [randn(2, 5, 24, 24), randn(2, 5, 12, 12)];
        RoiAlign.Region[] regions =
        [
            new(0, new Box(3.3f, 4.1f, 40.7f, 31.2f)),
            new(1, new Box(-6, 50, 30, 96)),
            new(1, new Box(0, 0, 96, 96)),
            new(0, new Box(90, 90, 96.5f, 97)),
        ];

        float[] steps = [60 * 60];
        Tensor pooled = RoiAlign.Pool(pyramid, regions, Bins, steps, RoiSampling.HalfPixel);

        Assert.Equal([4L, 5, Bins, Bins], pooled.shape);
        float[] actual = pooled.ToArray();
        int next = 0;
        foreach (RoiAlign.Region region in regions)
        {
            int level = steps.Count(step => region.Box.Area >= step);
            for (int channel = 0; channel < 5; channel++)
            {
                float[] map = pyramid[level][region.Picture][channel].ToArray();
                foreach (float expected in PoolSlowly(map, (int)pyramid[level].shape[2], region.Box, FeaturePyramid.StrideOf(level)))
                {
                    Assert.Equal(expected, actual[next++], 1e-4f);
                }
            }
        }
    }

    [Fact]
    public void The_gradient_is_the_one_that_finite_differences_give()
    {
        random.manual_seed(4);
        Tensor map = randn(1, 2, 8, 8).requires_grad_();
        Tensor weights = randn(2, 2, 3, 3);
        RoiAlign.Region[] regions = [new(0, new Box(2, 3, 20, 27)), new(0, new Box(-4, 10, 12, 40))];
        Tensor Loss(Tensor m) => (RoiAlign.Pool([m], regions, 3, [], RoiSampling.HalfPixel) * weights).sum();

        Loss(map).backward();

        float[] analytic = map.grad!.ToArray();
        float[] values = map.ToArray();
        for (int i = 0; i < values.Length; i += 5)
        {
            float slope = (At(i, 0.5f) - At(i, -0.5f)) / 1f;
            Assert.Equal(slope, analytic[i], 2e-3f);
        }

        float At(int place, float change)
        {
            float[] moved = [.. values];
            moved[place] += change;
            return Loss(tensor(moved, [1, 2, 8, 8])).item<float>();
        }
    }

    [Theory]
    [InlineData(20, 0)]
    [InlineData(55, 0)]
    [InlineData(57, 1)]
    [InlineData(112, 2)]
    [InlineData(900, 3)]
    public void A_larger_box_is_pooled_from_a_coarser_level(float side, int level) =>
        Assert.Equal(level, Convention.Of(Conventions.LeafSeg).AreaSteps(112, inputSize: 512, levels: 4).Count(step => side * side >= step));

    private static IEnumerable<float> PoolSlowly(float[] map, int cells, Box box, int stride)
    {
        for (int row = 0; row < Bins; row++)
        {
            for (int column = 0; column < Bins; column++)
            {
                double sum = 0;
                foreach (double sy in new[] { 0.25, 0.75 })
                {
                    foreach (double sx in new[] { 0.25, 0.75 })
                    {
                        double y = ((box.Y1 + ((row + sy) * box.Height / Bins)) / stride) - 0.5;
                        double x = ((box.X1 + ((column + sx) * box.Width / Bins)) / stride) - 0.5;
                        sum += Bilinear(map, cells, y, x);
                    }
                }

                yield return (float)(sum / 4);
            }
        }
    }

    private static double Bilinear(float[] map, int cells, double y, double x)
    {
        if (y < -1 || y > cells || x < -1 || x > cells)
        {
            return 0;
        }

        y = Math.Clamp(y, 0, cells - 1);
        x = Math.Clamp(x, 0, cells - 1);
        int top = (int)y, left = (int)x, bottom = Math.Min(top + 1, cells - 1), right = Math.Min(left + 1, cells - 1);
        double fy = y - top, fx = x - left;
        return ((1 - fy) * (((1 - fx) * map[(top * cells) + left]) + (fx * map[(top * cells) + right])))
            + (fy * (((1 - fx) * map[(bottom * cells) + left]) + (fx * map[(bottom * cells) + right])));
    }
}
