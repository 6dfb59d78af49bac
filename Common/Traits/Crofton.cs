using System.Numerics;
using System.Runtime.InteropServices;
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
        // Row after row as one: what a step meets beyond the end of its row is as empty as what lies beyond the mask.
        ReadOnlySpan<byte> pixels = mask.AsSpan<byte>();
        double length = 0;
        for (int i = 0; i < Steps.Length; i++)
        {
            int step = (Steps[i].Y * mask.Width) + Steps[i].X;
            length += Weights[i] * Differences(pixels[step..], pixels[..^step]);
        }

        return length;
    }

    /// <summary>How many bytes of two equally long rows of 0 and 255 are not the same.</summary>
    private static int Differences(ReadOnlySpan<byte> some, ReadOnlySpan<byte> others)
    {
        ReadOnlySpan<ulong> eight = MemoryMarshal.Cast<byte, ulong>(some);
        ReadOnlySpan<ulong> otherEight = MemoryMarshal.Cast<byte, ulong>(others);
        int bits = 0;
        for (int i = 0; i < eight.Length; i++)
        {
            bits += BitOperations.PopCount(eight[i] ^ otherEight[i]);
        }

        for (int i = eight.Length * sizeof(ulong); i < some.Length; i++)
        {
            bits += BitOperations.PopCount((uint)(some[i] ^ others[i]));
        }

        return bits / 8;
    }

    /// <summary>Half the angle that a step represents, times the distance of its rows.</summary>
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
