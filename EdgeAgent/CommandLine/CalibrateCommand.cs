using System.CommandLine;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Calibration;
using LeafSeg.EdgeAgent.Calibration.Lens;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary><c>leafseg-agent calibrate</c>.</summary>
internal static class CalibrateCommand
{
    private const double Tolerance = 0.05;

    private const string Description = """
        Prints markers that give a rig its scale, and checks a picture of them; measures a lens's distortion from pictures of a
        printed chessboard.

        Examples:
          leafseg-agent calibrate sheet --output markers.pdf --size-mm 30
          leafseg-agent calibrate check frame.jpg --size-mm 29.8
          leafseg-agent calibrate board --output board.pdf
          leafseg-agent calibrate lens boards/ --settings /etc/leafseg/leafseg-agent.json

        Exit codes: 0 done, 2 the command line is wrong, 3 the lens file cannot be read, 5 the picture cannot be read, has another
        size than the lens, shows no marker, or shows one of a wrong size, 7 the sheet cannot be written.
        """;

    public static Command Create() => new("calibrate", Description) { Sheet(), Check(), LensCommand.Board(), LensCommand.Lens() };

    public static Option<int> Dpi() => new("--dpi") { Description = "Resolution of a PNG, 72 to 1200", HelpName = "DPI", DefaultValueFactory = _ => 300 };

    private static Option<double> Size() => new("--size-mm") { Description = "Side of the black square in millimetres", HelpName = "MM", DefaultValueFactory = _ => 30 };

    private static Command Sheet()
    {
        Option<string> output = new("--output") { Description = "File to write: .pdf (exact at any printer) or .png", HelpName = "FILE", DefaultValueFactory = _ => "markers.pdf" };
        Option<double> size = Size();
        Option<int> dpi = Dpi();
        Command command = new("sheet", "Writes a sheet of A4 with as many markers as it holds.") { output, size, dpi };
        command.SetAction(parsed => (int)WriteSheet(parsed.GetValue(output)!, parsed.GetValue(size), parsed.GetValue(dpi)));
        return command;
    }

    private static Command Check()
    {
        Argument<string> picture = new("PICTURE") { Description = "Picture of the bench with its markers" };
        Option<double> size = Size();
        Option<string?> lens = LensOption();
        Command command = new("check", "Prints the scale that the markers in a picture give.") { picture, size, lens };
        command.SetAction(parsed => (int)CheckPicture(parsed.GetValue(picture)!, parsed.GetValue(size), parsed.GetValue(lens)));
        return command;
    }

    internal static ExitCode WriteSheet(string path, double sizeMm, int dotsPerInch)
    {
        if (!MarkerSheet.Fits(sizeMm))
        {
            throw new AgentException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"--size-mm: found {sizeMm}, expected 5 to 135 millimetres"));
        }

        MarkerSheet sheet = MarkerSheet.Of(sizeMm);
        Write(path, sheet.ToPdf, sheet.ToPng, dotsPerInch);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{path}: {sheet.Markers.Count} markers of {sizeMm} mm. Print at 100 %, measure a black square, and set scale.markers.sizeMm to that."));
        return ExitCode.Done;
    }

    /// <summary>Writes a sheet to be printed in the format that the file's name requests.</summary>
    /// <exception cref="AgentException">The name requests another format, the resolution cannot be, or the file cannot be written.</exception>
    internal static void Write(string path, Func<byte[]> toPdf, Func<int, byte[]> toPng, int dotsPerInch)
    {
        if (dotsPerInch is not (>= 72 and <= 1200))
        {
            throw new AgentException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"--dpi: found {dotsPerInch}, expected 72 to 1200"));
        }

        byte[] file = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PDF" => toPdf(),
            ".PNG" => toPng(dotsPerInch),
            string other => throw new AgentException(ExitCode.Usage, $"--output: found \"{other}\" in {path}, expected a name that ends in .pdf or .png"),
        };
        try
        {
            File.WriteAllBytes(path, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine, $"--output: {path} cannot be written ({e.Message}); expected a file in a folder that is there", e);
        }
    }

    internal static ExitCode CheckPicture(string path, double sizeMm, string? lens = null)
    {
        if (sizeMm is not (> 0 and <= 1000))
        {
            throw new AgentException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"--size-mm: found {sizeMm}, expected more than 0 and at most 1000 millimetres"));
        }

        RgbImage picture = PictureOf(path, lens);
        IReadOnlyList<Marker> markers = ArucoMarkers.Find(picture);
        if (markers.Count == 0)
        {
            throw new AgentException(ExitCode.Frames,
                $"{path}: no marker found, expected at least one of the printed sheet; it should be flat, lit evenly, and at least 30 pixels large");
        }

        MarkerPlane plane = MarkerPlane.Fit(markers, sizeMm);
        foreach (MarkerFit fit in plane.Markers)
        {
            string verdict = Math.Abs(fit.SideMm - sizeMm) > Tolerance * sizeMm ? "  WRONG SIZE" : "";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"marker {fit.Marker.Id,2}  at {fit.Marker.Corners.Average(c => c.X),7:0.0}, {fit.Marker.Corners.Average(c => c.Y),7:0.0} px  {fit.SideMm,7:0.00} mm{verdict}"));
        }

        double[] corners = [At(0, 0), At(picture.Width - 1, 0), At(0, picture.Height - 1), At(picture.Width - 1, picture.Height - 1)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{At((picture.Width - 1) / 2.0, (picture.Height - 1) / 2.0):0.#####} mm a pixel in the middle, {corners.Min():0.#####} to {corners.Max():0.#####} in the corners"));
        return plane.Markers.Any(fit => Math.Abs(fit.SideMm - sizeMm) > Tolerance * sizeMm)
            ? throw new AgentException(ExitCode.Frames, $"{path}: markers of different sizes; expected all of the size given, lying flat on one plane")
            : ExitCode.Done;

        double At(double x, double y) => plane.Scale.MmPerPxAt(x, y);
    }

    internal static Option<string?> LensOption() => new("--lens") { Description = "Take this lens's distortion out of the picture first (calibrate lens)", HelpName = "FILE" };

    /// <param name="path">The picture.</param>
    /// <param name="lens">File of a lens whose distortion is taken out; null: none.</param>
    /// <exception cref="AgentException">One of them cannot be read, or the lens is of another size.</exception>
    internal static RgbImage PictureOf(string path, string? lens = null)
    {
        try
        {
            RgbImage picture = ImageFile.Read(path);
            if (lens is null)
            {
                return picture;
            }

            using LensCorrection correction = new(KeptLenses.Read(lens));
            return correction.Fits(picture)
                ? correction.Apply(picture)
                : throw new AgentException(ExitCode.Frames,
                    $"{path}: found {picture.Width}x{picture.Height} pixels, expected {correction.Lens.Width}x{correction.Lens.Height} as the pictures that {lens} was measured on");
        }
        catch (ImageFileException e)
        {
            throw new AgentException(ExitCode.Frames, e.Message, e);
        }
    }
}
