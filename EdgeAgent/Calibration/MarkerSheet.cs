using System.Globalization;
using System.Text;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Calibration;

/// <summary>Markers on a sheet of A4, a cell apart from the next one so that they can be cut out, over a ruler to prove the print's size.</summary>
internal sealed record MarkerSheet
{
    public const double WidthMm = 210, HeightMm = 297, EdgeMm = 15, RulerMm = 100, TextMm = 6, CapitalMm = 2;
    private const double PointsPerMm = 72 / 25.4;

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

    /// <summary>Vectors in PDF's own unit of 1/72 inch: exact at any printer that does not scale.</summary>
    public byte[] ToPdf()
    {
        StringBuilder drawing = new("0 g\n");
        foreach ((double x, double y, double width, double height) in Blacks())
        {
            drawing.Append(CultureInfo.InvariantCulture, $"{x * PointsPerMm:0.####} {(HeightMm - y - height) * PointsPerMm:0.####} {width * PointsPerMm:0.####} {height * PointsPerMm:0.####} re f\n");
        }

        foreach ((int id, double x, double y) in Markers)
        {
            Write(drawing, x, y + SizeMm + 4, CaptionOf(id));
        }

        Write(drawing, EdgeMm, HeightMm - EdgeMm + 4, string.Create(CultureInfo.InvariantCulture,
            $"This line is {RulerMm:0} mm long: print at 100 %, then measure it. scale.markers.sizeMm is the measured side of a black square."));
        return PdfOf(drawing.ToString());
    }

    /// <summary>Pixels, with the resolution written into the file.</summary>
    public byte[] ToPng(int dotsPerInch)
    {
        double perMm = dotsPerInch / 25.4;
        RgbImage page = new((int)Math.Round(WidthMm * perMm), (int)Math.Round(HeightMm * perMm));
        Array.Fill(page.Pixels, byte.MaxValue);
        foreach ((double x, double y, double width, double height) in Blacks())
        {
            int left = (int)Math.Round(x * perMm), right = (int)Math.Round((x + width) * perMm);
            for (int row = (int)Math.Round(y * perMm); row < (int)Math.Round((y + height) * perMm); row++)
            {
                page.Pixels.AsSpan(page.IndexOf(left, row), (right - left) * 3).Clear();
            }
        }

        foreach ((int id, double x, double y) in Markers)
        {
            Write(page, (int)Math.Round(x * perMm), (int)Math.Round((y + SizeMm + 4) * perMm), CaptionOf(id), (int)Math.Round(CapitalMm * perMm));
        }

        return PngResolution.Add(ImageFile.Encode(page, ".png"), dotsPerInch);
    }

    private string CaptionOf(int id) => string.Create(CultureInfo.InvariantCulture, $"{id}   {SizeMm:0.##} mm");

    /// <param name="page">Is written on in black.</param>
    /// <param name="x">Left end of the text, in pixels.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="text">Of ASCII.</param>
    /// <param name="height">Of a capital letter, in pixels.</param>
    private static void Write(RgbImage page, int x, int y, string text, int height)
    {
        // Capitals of this font are 21 px high at scale 1.
        using Mat canvas = Mat.FromPixelData(page.Height, page.Width, MatType.CV_8UC3, page.Pixels);
        Cv2.PutText(canvas, text, new Point(x, y), HersheyFonts.HersheySimplex, height / 21.0, Scalar.Black, Math.Max(1, height / 10), LineTypes.AntiAlias);
    }

    /// <summary>All black rectangles: x, y, width, height in millimetres from the upper left.</summary>
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

        double ruler = HeightMm - EdgeMm;
        yield return (EdgeMm, ruler, RulerMm, 0.3);
        yield return (EdgeMm, ruler - 3, 0.3, 3);
        yield return (EdgeMm + RulerMm - 0.3, ruler - 3, 0.3, 3);
    }

    private static void Write(StringBuilder drawing, double x, double y, string text) => drawing.Append(CultureInfo.InvariantCulture,
        $"BT /F1 8 Tf {x * PointsPerMm:0.####} {(HeightMm - y) * PointsPerMm:0.####} Td ({text}) Tj ET\n");

    private static byte[] PdfOf(string drawing)
    {
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            string.Create(CultureInfo.InvariantCulture,
                $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WidthMm * PointsPerMm:0.####} {HeightMm * PointsPerMm:0.####}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"),
            string.Create(CultureInfo.InvariantCulture, $"<< /Length {drawing.Length} >>\nstream\n{drawing}endstream"),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ];
        StringBuilder file = new("%PDF-1.4\n");
        List<int> starts = [];
        for (int i = 0; i < objects.Length; i++)
        {
            starts.Add(file.Length);
            file.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }

        int table = file.Length;
        file.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        foreach (int start in starts)
        {
            file.Append(CultureInfo.InvariantCulture, $"{start:D10} 00000 n \n");
        }

        file.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(file.ToString());
    }
}
