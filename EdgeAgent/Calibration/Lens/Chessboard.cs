using System.Globalization;
using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Calibration.Lens;

/// <summary>A printed chessboard, from which a lens's distortion is measured.</summary>
/// <param name="Columns">Squares in a row.</param>
/// <param name="Rows">Squares in a column.</param>
internal sealed record Chessboard(int Columns, int Rows)
{
    public static Chessboard Default => new(7, 10);

    /// <summary>Corners between four squares.</summary>
    public int Corners => (Columns - 1) * (Rows - 1);

    /// <summary>"7x10"; null: it is another text, or a board with too few squares.</summary>
    public static Chessboard? Parse(string text) => text.Split('x') is [var columns, var rows]
        && int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out int c) && c is >= 4 and <= 50
        && int.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out int r) && r is >= 4 and <= 50
            ? new Chessboard(c, r)
            : null;

    /// <summary>The board on a page of A4; null: it does not fit.</summary>
    public A4Sheet? Print(double squareMm)
    {
        double left = (A4Sheet.WidthMm - (Columns * squareMm)) / 2;
        if (left < A4Sheet.EdgeMm || Rows * squareMm > A4Sheet.HeightMm - (2 * A4Sheet.EdgeMm) - 10)
        {
            return null;
        }

        IEnumerable<(double, double, double, double)> squares = Enumerable.Range(0, Columns * Rows)
            .Select(i => (Column: i % Columns, Row: i / Columns))
            .Where(at => (at.Column + at.Row) % 2 == 0)
            .Select(at => (left + (at.Column * squareMm), A4Sheet.EdgeMm + (at.Row * squareMm), squareMm, squareMm));
        return new A4Sheet([.. squares, .. A4Sheet.Ruler()], [(A4Sheet.EdgeMm, A4Sheet.HeightMm - A4Sheet.EdgeMm + 4,
            string.Create(CultureInfo.InvariantCulture, $"{this}, {squareMm:0.##} mm. Keep it flat: glue it to a board. leafseg-agent calibrate lens --board {this}"))]);
    }

    /// <summary>Where the corners lie in a picture, in pixels, pixel centres at whole numbers; null: the whole board is not seen.</summary>
    public Point2f[]? Find(RgbImage picture)
    {
        using Mat bgr = ImageFile.ToBgr(picture);
        using Mat grey = new();
        Cv2.CvtColor(bgr, grey, ColorConversionCodes.BGR2GRAY);
        if (!Cv2.FindChessboardCornersSB(grey, new Size(Columns - 1, Rows - 1), out Point2f[] corners, ChessboardFlags.NormalizeImage | ChessboardFlags.Exhaustive)
            || corners.Length != Corners)
        {
            return null;
        }

        // It gives the corners half a pixel to the right and below; where the gradients around a corner meet is where it is.
        double apart = Enumerable.Range(1, Corners - 1).Where(i => i % (Columns - 1) != 0).Min(i => corners[i].DistanceTo(corners[i - 1]));
        int around = (int)Math.Clamp(apart / 4, 2, 15);
        return Cv2.CornerSubPix(grey, corners, new Size(around, around), new Size(-1, -1), new TermCriteria(CriteriaTypes.Count | CriteriaTypes.Eps, 50, 1e-3));
    }

    /// <summary>The same corners on the board itself, in squares.</summary>
    public Point3f[] OnBoard() => [.. Enumerable.Range(0, Corners).Select(i => new Point3f(i % (Columns - 1), i / (Columns - 1), 0))];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Columns}x{Rows}");
}
