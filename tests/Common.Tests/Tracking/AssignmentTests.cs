using CsCheck;
using LeafSeg.Common.Tracking;

namespace LeafSeg.Common.Tests.Tracking;

public sealed class AssignmentTests
{
    [Fact]
    public void CostsAsLittleAsTheBestOfAllPairings() => Gen.Select(Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[-9, 9].Array[30]).Sample((rows, columns, values) =>
    {
        double[,] cost = new double[rows, columns];
        for (int i = 0; i < rows * columns; i++)
        {
            cost[i / columns, i % columns] = values[i];
        }

        int[] found = Assignment.Solve(cost);

        int[] used = [.. found.Where(column => column >= 0)];
        Assert.Equal(Math.Min(rows, columns), used.Length);
        Assert.Equal(used.Length, used.Distinct().Count());
        Assert.Equal(Least(cost, 0, 0, Math.Min(rows, columns)), found.Select((column, row) => column < 0 ? 0 : cost[row, column]).Sum(), 9);
    });

    [Fact]
    public void ACostThatIsNoNumberIsRefused() =>
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => Assignment.Solve(new[,] { { double.NaN } })).Message, StringComparison.Ordinal);

    [Fact]
    public void NothingIsPairedWithNothing()
    {
        Assert.Empty(Assignment.Solve(new double[0, 3]));
        Assert.Equal([-1, -1], Assignment.Solve(new double[2, 0]));
    }

    private static double Least(double[,] cost, int row, int taken, int pairs)
    {
        if (pairs == 0)
        {
            return 0;
        }

        double least = cost.GetLength(0) - row > pairs ? Least(cost, row + 1, taken, pairs) : double.PositiveInfinity;
        for (int column = 0; column < cost.GetLength(1); column++)
        {
            if ((taken & (1 << column)) == 0)
            {
                least = Math.Min(least, cost[row, column] + Least(cost, row + 1, taken | (1 << column), pairs - 1));
            }
        }

        return least;
    }
}
