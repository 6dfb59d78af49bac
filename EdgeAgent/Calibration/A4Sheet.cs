using System.Globalization;
using System.Text;
using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Calibration;

/// <summary>Black rectangles and small text on a page of A4.</summary>
/// <param name="Blacks">x, y, width and height in millimetres from the upper left.</param>
/// <param name="Captions">Left end of the text and its base line in millimetres from the upper left, and the text, of ASCII.</param>
internal sealed record A4Sheet(
    IReadOnlyList<(double X, double Y, double Width, double Height)> Blacks,
    IReadOnlyList<(double XMm, double YMm, string Text)> Captions)
{
    public const double WidthMm = 210, HeightMm = 297, EdgeMm = 15, RulerMm = 100, CapitalMm = 2;
    private const double PointsPerMm = 72 / 25.4;

    /// <summary>A line of a known length at the lower left, to prove the print's size.</summary>
    public static IEnumerable<(double X, double Y, double Width, double Height)> Ruler()
    {
        const double Y = HeightMm - EdgeMm;
        yield return (EdgeMm, Y, RulerMm, 0.3);
        yield return (EdgeMm, Y - 3, 0.3, 3);
        yield return (EdgeMm + RulerMm - 0.3, Y - 3, 0.3, 3);
    }

    /// <summary>Vectors in PDF's own unit of 1/72 inch: exact at any printer that does not scale.</summary>
    public byte[] ToPdf()
    {
        StringBuilder drawing = new("0 g\n");
        foreach ((double x, double y, double width, double height) in Blacks)
        {
            drawing.Append(CultureInfo.InvariantCulture, $"{x * PointsPerMm:0.####} {(HeightMm - y - height) * PointsPerMm:0.####} {width * PointsPerMm:0.####} {height * PointsPerMm:0.####} re f\n");
        }

        foreach ((double x, double y, string text) in Captions)
        {
            drawing.Append(CultureInfo.InvariantCulture, $"BT /F1 8 Tf {x * PointsPerMm:0.####} {(HeightMm - y) * PointsPerMm:0.####} Td ({text}) Tj ET\n");
        }

        return PdfOf(drawing.ToString());
    }

    /// <summary>Pixels, with the resolution written into the file.</summary>
    public byte[] ToPng(int dotsPerInch)
    {
        double perMm = dotsPerInch / 25.4;
        RgbImage page = new((int)Math.Round(WidthMm * perMm), (int)Math.Round(HeightMm * perMm));
        Array.Fill(page.Pixels, byte.MaxValue);
        foreach ((double x, double y, double width, double height) in Blacks)
        {
            int left = (int)Math.Round(x * perMm), right = (int)Math.Round((x + width) * perMm);
            for (int row = (int)Math.Round(y * perMm); row < (int)Math.Round((y + height) * perMm); row++)
            {
                page.Pixels.AsSpan(page.IndexOf(left, row), (right - left) * 3).Clear();
            }
        }

        foreach ((double x, double y, string text) in Captions)
        {
            Write(page, (int)Math.Round(x * perMm), (int)Math.Round(y * perMm), text, (int)Math.Round(CapitalMm * perMm));
        }

        return PngResolution.Add(ImageFile.Encode(page, ".png"), dotsPerInch);
    }

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
