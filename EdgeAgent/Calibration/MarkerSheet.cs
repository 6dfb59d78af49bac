using System.Globalization;
using LeafSeg.Common.Traits;
using static LeafSeg.EdgeAgent.Calibration.A4Sheet;

namespace LeafSeg.EdgeAgent.Calibration;

/// <summary>Markers on a sheet of A4, a cell apart from the next one so that they can be cut out, over a ruler to prove the print's size.</summary>
internal sealed record MarkerSheet
{
    private const double TextMm = 6;

    private MarkerSheet(double sizeMm, IReadOnlyList<(int Id, double XMm, double YMm)> markers)
    {
        SizeMm = sizeMm;
        Markers = markers;
    }

    /// <summary>Side of the black square.</summary>
    public double SizeMm { get; }

    /// <summary>Upper left corners, from the sheet's own.</summary>
    public IReadOnlyList<(int Id, double XMm, double YMm)> Markers { get; }

    public static bool Fits(double sizeMm) => sizeMm is >= 5 and <= 135;

    /// <summary>As many as the sheet holds, from id 0 on.</summary>
    public static MarkerSheet Of(double sizeMm)
    {
        double gap = sizeMm / ArucoMarkers.Cells * 2;
        int columns = (int)((WidthMm - (2 * EdgeMm) + gap) / (sizeMm + gap));
        int rows = (int)((HeightMm - (2 * EdgeMm) - 15 + gap) / (sizeMm + gap + TextMm));
        return new MarkerSheet(sizeMm, [.. Enumerable.Range(0, Math.Min(ArucoMarkers.Count, columns * rows))
            .Select(i => (i, EdgeMm + (i % columns * (sizeMm + gap)), EdgeMm + (i / columns * (sizeMm + gap + TextMm))))]);
    }

    /// <inheritdoc cref="A4Sheet.ToPdf"/>
    public byte[] ToPdf() => new A4Sheet([.. Blacks(), .. Ruler()], [.. Captions(), (EdgeMm, HeightMm - EdgeMm + 4, string.Create(CultureInfo.InvariantCulture,
        $"This line is {RulerMm:0} mm long: print at 100 %, then measure it. scale.markers.sizeMm is the measured side of a black square."))]).ToPdf();

    /// <inheritdoc cref="A4Sheet.ToPng"/>
    public byte[] ToPng(int dotsPerInch) => new A4Sheet([.. Blacks(), .. Ruler()], [.. Captions()]).ToPng(dotsPerInch);

    private IEnumerable<(double XMm, double YMm, string Text)> Captions() => Markers.Select(marker => (marker.XMm, marker.YMm + SizeMm + 4, CaptionOf(marker.Id)));

    private string CaptionOf(int id) => string.Create(CultureInfo.InvariantCulture, $"{id}   {SizeMm:0.##} mm");

    /// <summary>The black rectangles of the markers: x, y, width, height in millimetres from the upper left.</summary>
    private IEnumerable<(double X, double Y, double Width, double Height)> Blacks()
    {
        double cell = SizeMm / ArucoMarkers.Cells;
        foreach ((int id, double x, double y) in Markers)
        {
            bool[,] black = ArucoMarkers.BlackCells(id);
            for (int row = 0; row < ArucoMarkers.Cells; row++)
            {
                for (int column = 0, end; column < ArucoMarkers.Cells; column = end + 1)
                {
                    for (end = column; end < ArucoMarkers.Cells && black[row, end];)
                    {
                        end++;
                    }

                    if (end > column)
                    {
                        yield return (x + (column * cell), y + (row * cell), (end - column) * cell, cell);
                    }
                }
            }
        }
    }
}
