using OpenCvSharp;

namespace LeafSeg.Common.Traits;

/// <summary>
/// Length of the boundary of a mask by Cauchy's and Crofton's formula: half the mean, over all directions, of how often
/// parallel lines cross it. The lines are the rows of pixel centres along eight whole steps, each standing for the
/// directions nearer to it than to its neighbours.
/// </summary>
internal static class Crofton
{
    /// <summary>Room that a mask needs on all sides.</summary>
    public const int Margin = 2;

    private static readonly (int X, int Y)[] Steps = [(1, 0), (2, 1), (1, 1), (1, 2), (0, 1), (-1, 2), (-1, 1), (-2, 1)];
    private static readonly double[] Weights = [.. Steps.Select((_, i) => WeightOf(i))];

    /// <param name="mask">0 and 255; with nothing in the outermost <see cref="Margin"/> rows and columns.</param>
    public static double Length(Mat mask)
    {
        double length = 0;
        using Mat crossed = new();
        for (int i = 0; i < Steps.Length; i++)
        {
            (int x, int y) = Steps[i];
            (int width, int height) = (mask.Width - Math.Abs(x), mask.Height - y);
            using Mat here = mask[new Rect(Math.Max(0, -x), 0, width, height)];
            using Mat there = mask[new Rect(Math.Max(0, x), y, width, height)];
            Cv2.BitwiseXor(here, there, crossed);
            length += Weights[i] * Cv2.CountNonZero(crossed);
        }

        return length;
    }

    /// <summary>Half the angle that a step stands for, times the distance of its rows.</summary>
    private static double WeightOf(int step)
    {
        double before = Angle(step - 1), after = Angle(step + 1);
        return (after - before) / 4 / Math.Sqrt((Steps[step].X * Steps[step].X) + (Steps[step].Y * Steps[step].Y));
    }

    private static double Angle(int step) => step switch
    {
        < 0 => Angle(step + Steps.Length) - Math.PI,
        _ when step >= Steps.Length => Angle(step - Steps.Length) + Math.PI,
        _ => Math.Atan2(Steps[step].Y, Steps[step].X),
    };
}
