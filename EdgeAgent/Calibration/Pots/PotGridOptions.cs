using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Calibration.Pots;

/// <summary>Pots of one size in rows and columns. The plants are a1, a2, ... in the first row, b1, b2, ... in the second.</summary>
internal sealed record PotGridOptions
{
    /// <summary>Left edge of the first column, in pixels.</summary>
    public int X { get; init; }

    /// <summary>Upper edge of the first row.</summary>
    public int Y { get; init; }

    /// <summary>From the left edge of the first column to the right edge of the last.</summary>
    public int Width { get; init; }

    /// <summary>From the upper edge of the first row to the lower edge of the last.</summary>
    public int Height { get; init; }

    public int Columns { get; init; } = 1;

    public int Rows { get; init; } = 1;

    /// <summary>Between two pots, in both directions.</summary>
    public int GapPx { get; init; }

    public static string NameOf(int row, int column) => string.Create(CultureInfo.InvariantCulture, $"{(char)('a' + row)}{column + 1}");

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

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (X is not (>= 0 and < PotsOptions.LargestPicture))
            yield return new SettingProblem($"{name}.x", X, PotsOptions.Inside);
        if (Y is not (>= 0 and < PotsOptions.LargestPicture))
            yield return new SettingProblem($"{name}.y", Y, PotsOptions.Inside);
        if (Columns is not (>= 1 and <= 99))
            yield return new SettingProblem($"{name}.columns", Columns, "1 to 99 columns");
        if (Rows is not (>= 1 and <= 26))
            yield return new SettingProblem($"{name}.rows", Rows, "1 to 26 rows");
        if (GapPx is not (>= 0 and < PotsOptions.LargestPicture))
            yield return new SettingProblem($"{name}.gapPx", GapPx, "0 or more pixels");
        if (Width is not (> 0 and <= PotsOptions.LargestPicture) || Width - ((Columns - 1L) * GapPx) < Columns)
            yield return new SettingProblem($"{name}.width", Width, "room for a pixel of every column and the gaps between");
        if (Height is not (> 0 and <= PotsOptions.LargestPicture) || Height - ((Rows - 1L) * GapPx) < Rows)
            yield return new SettingProblem($"{name}.height", Height, "room for a pixel of every row and the gaps between");
    }

    private (int From, int To) Span(int start, int length, int count, int index)
    {
        double pitch = (length + GapPx) / (double)count;
        int from = start + (int)Math.Round(index * pitch);
        int to = start + (int)Math.Round(((index + 1) * pitch) - GapPx);
        return (from, Math.Max(from + 1, to));
    }
}
