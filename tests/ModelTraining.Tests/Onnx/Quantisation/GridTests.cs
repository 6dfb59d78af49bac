using CsCheck;
using LeafSeg.ModelTraining.Onnx.Quantisation;

namespace LeafSeg.ModelTraining.Tests.Onnx.Quantisation;

public sealed class GridTests
{
    [Theory]
    [InlineData(0, 6, 0)]
    [InlineData(-2, 3, 102)]
    [InlineData(-3, 0, 255)]
    [InlineData(2, 6, 0)]
    [InlineData(-6, -2, 255)]
    public void Zero_is_on_every_grid(float lowest, float highest, byte zero) => Assert.Equal(zero, Grid.Over(lowest, highest).Zero);

    [Fact]
    public void Values_that_are_all_zero_have_a_grid() => Assert.Equal(new Grid(1, 0), Grid.Over(0, 0));

    [Fact]
    public void A_number_in_the_range_is_off_by_half_a_step_at_most() =>
        Gen.Select(Gen.Float[-100, 100], Gen.Float[-100, 100], Gen.Float[0, 1]).Sample((a, b, share) =>
        {
            float lowest = Math.Min(Math.Min(a, b), 0), highest = Math.Max(Math.Max(a, b), 0);
            Grid grid = Grid.Over(lowest, highest);
            float number = lowest + (share * (highest - lowest));
            float integer = Math.Clamp(MathF.Round(number / grid.Scale) + grid.Zero, 0, 255);
            // The zero is rounded to a step itself, so an end may be cut by half of one.
            Assert.InRange(MathF.Abs((grid.Scale * (integer - grid.Zero)) - number), 0, 0.501f * grid.Scale);
        });
}
