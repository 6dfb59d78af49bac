using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Pots;

/// <summary>Pots of one size in rows and columns. The plants are a1, a2, ... in the first row, b1, b2, ... in the second.</summary>
public sealed record PotGridOptions
{
    /// <summary>Left edge of the first column, in pixels.</summary>
    public int X { get; init; }

    /// <summary>Upper edge of the first row.</summary>
    public int Y { get; init; }

    /// <summary>From the left edge of the first column to the right edge of the last.</summary>
    public int Width { get; init; }

    /// <summary>From the upper edge of the first row to the lower edge of the last.</summary>
    public int Height { get; init; }

    /// <summary>Pots side by side.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>Pots one below the other.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>Between two pots, in both directions.</summary>
    public int GapPx { get; init; }

    /// <summary>Letter of the row, number of the column: a1 is the upper left pot. Row and column count from 0.</summary>
    public static string NameOf(int row, int column) => string.Create(CultureInfo.InvariantCulture, $"{(char)('a' + row)}{column + 1}");

    /// <summary>Row by row.</summary>
    public IEnumerable<Pot> Pots()
    {
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                (int left, int right) = Span(X, Width, Columns, column);
                (int top, int bottom) = Span(Y, Height, Rows, row);
                yield return new Pot(NameOf(row, column), new PixelBox(left, top, right, bottom));
            }
        }
    }

    private (int From, int To) Span(int start, int length, int count, int index)
    {
        double pitch = (length + GapPx) / (double)count;
        int from = start + (int)Math.Round(index * pitch);
        int to = start + (int)Math.Round(((index + 1) * pitch) - GapPx);
        return (from, Math.Max(from + 1, to));
    }
}
