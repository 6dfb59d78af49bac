using LeafSeg.ModelTraining.Onnx.Quantisation;

namespace LeafSeg.ModelTraining.Tests.Onnx.Quantisation;

public sealed class HistogramTests
{
    [Fact]
    public void Numbers_that_fill_their_range_keep_it()
    {
        Grid grid = GridOf([.. Enumerable.Range(0, 10_001).Select(i => i / 10_000f)]);

        Assert.Equal(0, grid.Zero);
        Assert.InRange(grid.Scale * 255, 0.97f, 1.001f);
    }

    [Fact]
    public void One_number_far_out_is_cut_off_for_the_many()
    {
        Grid grid = GridOf([.. Enumerable.Range(0, 1_000_000).Select(i => i / 1_000_000f), 10]);

        Assert.InRange(grid.Scale * 255, 0.97f, 5);
    }

    [Fact]
    public void Zeros_have_no_say()
    {
        float[] numbers = [.. Enumerable.Range(0, 1000).Select(i => i / 1000f), 3];

        Assert.Equal(GridOf(numbers), GridOf([.. numbers, .. new float[1_000_000]]));
    }

    [Fact]
    public void Both_signs_share_one_grid()
    {
        Grid grid = GridOf([.. Enumerable.Range(-1000, 4001).Select(i => i / 1000f)]);

        Assert.InRange(grid.Zero, 62, 66);
        Assert.InRange(grid.Scale * 255, 3.9f, 4.01f);
    }

    [Fact]
    public void Nothing_seen_is_a_grid_all_the_same() => Assert.True(new Histogram(0, 0).BestGrid().Scale > 0);

    private static Grid GridOf(float[] numbers)
    {
        Histogram histogram = new(numbers.Min(), numbers.Max());
        histogram.Add(numbers);
        return histogram.BestGrid();
    }
}
