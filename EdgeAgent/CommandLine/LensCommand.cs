using System.CommandLine;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Calibration;
using LeafSeg.EdgeAgent.Calibration.Lens;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary><c>leafseg-agent calibrate board</c> and <c>leafseg-agent calibrate lens</c>.</summary>
internal static class LensCommand
{
    private const string LensDescription = """
        Measures a lens's distortion from pictures of a printed chessboard, and keeps it for the camera. From its next start on
        the agent takes the distortion out of every picture of that size, before pots and scale: measure these again then.

        Take 15 pictures or so: the whole board in each, in the middle, at every edge and in every corner, tilted by about
        30 degrees to the left, to the right, away and near. The pictures must be as the camera gives them (originals.every).

        Examples:
          leafseg-agent calibrate board --output board.pdf
          leafseg-agent calibrate lens boards/ --settings /etc/leafseg/leafseg-agent.json --camera top
          leafseg-agent calibrate lens boards/*.png --output lens.json

        Exit codes: 0 done, 2 the command line is wrong, 3 a setting is wrong, 5 the pictures cannot be read, have different sizes,
        or do not show enough of the board, 7 the file cannot be written.
        """;

    public static Command Board()
    {
        Option<string> output = new("--output") { Description = "File to write: .pdf (exact at any printer) or .png", HelpName = "FILE", DefaultValueFactory = _ => "board.pdf" };
        Option<string> board = BoardOption();
        Option<double> square = new("--square-mm") { Description = "Side of a square in millimetres", HelpName = "MM", DefaultValueFactory = _ => 25 };
        Option<int> dpi = CalibrateCommand.Dpi();
        Command command = new("board", "Writes a chessboard on a sheet of A4, for calibrate lens.") { output, board, square, dpi };
        command.SetAction(parsed =>
        {
            Chessboard printed = BoardOf(parsed.GetValue(board)!);
            double squareMm = parsed.GetValue(square);
            A4Sheet sheet = (squareMm >= 5 ? printed.Print(squareMm) : null) ?? throw new AgentException(ExitCode.Usage,
                string.Create(CultureInfo.InvariantCulture, $"--square-mm: found {printed} squares of {squareMm} mm, expected 5 mm or more and a board that a sheet of A4 holds"));
            CalibrateCommand.Write(parsed.GetValue(output)!, sheet.ToPdf, sheet.ToPng, parsed.GetValue(dpi));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{parsed.GetValue(output)}: a board of {printed} squares of {squareMm} mm. Glue it to something flat."));
            return (int)ExitCode.Done;
        });
        return command;
    }

    public static Command Lens()
    {
        Argument<string[]> pictures = new("PICTURE") { Description = "Pictures of the board, or folders of them", Arity = ArgumentArity.OneOrMore };
        Option<string> board = BoardOption();
        Option<string?> settings = new("--settings") { Description = "The rig's settings file, for its state folder and cameras", HelpName = "FILE" };
        Option<string?> camera = new("--camera") { Description = "The camera that the pictures are from; the first when not given", HelpName = "NAME" };
        Option<string?> output = new("--output") { Description = "File to write in place of the rig's own (lenses/CAMERA.json in the state folder)", HelpName = "FILE" };
        Command command = new("lens", LensDescription) { pictures, board, settings, camera, output };
        command.SetAction((parsed, cancellationToken) =>
        {
            Chessboard printed = BoardOf(parsed.GetValue(board)!);
            string file = FileOf(parsed.GetValue(settings), parsed.GetValue(camera), parsed.GetValue(output));
            return InterruptibleWork.RunAsync(interrupted => Calibrate(parsed.GetValue(pictures)!, printed, file, interrupted), cancellationToken);
        });
        return command;
    }

    internal static void Calibrate(IReadOnlyList<string> given, Chessboard board, string output, CancellationToken cancellationToken)
    {
        List<(string Name, Point2f[] Corners)> views = [];
        (string Name, int Width, int Height)? first = null;
        foreach (string path in given.SelectMany(Files))
        {
            cancellationToken.ThrowIfCancellationRequested();
            RgbImage picture = CalibrateCommand.PictureOf(path);
            first ??= (path, picture.Width, picture.Height);
            if ((first.Value.Width, first.Value.Height) != (picture.Width, picture.Height))
            {
                throw new AgentException(ExitCode.Frames,
                    $"{path}: found {picture.Width}x{picture.Height} pixels, expected {first.Value.Width}x{first.Value.Height} as {first.Value.Name} has; a lens is measured for one size");
            }

            Point2f[]? corners = board.Find(picture);
            Console.WriteLine($"{path}: {(corners is null ? "no whole board" : "a board")}");
            if (corners is not null)
            {
                views.Add((path, corners));
            }
        }

        if (first is null)
        {
            throw new AgentException(ExitCode.Frames, $"{string.Join(", ", given)}: found no picture, expected pictures of a board of {board} squares (leafseg-agent calibrate board)");
        }

        try
        {
            CameraLens lens = LensCalibration.Fit(board, [.. views.Select(view => view.Corners)], first.Value.Width, first.Value.Height, out IReadOnlyList<double> errors);
            KeptLenses.Write(output, lens);
            Report(output, lens, views, errors);
        }
        catch (InvalidDataException e)
        {
            throw new AgentException(ExitCode.Frames, $"{e.Message} (board of {board} squares; --board names another)", e);
        }
    }

    private static void Report(string output, CameraLens lens, List<(string Name, Point2f[] Corners)> views, IReadOnlyList<double> errors)
    {
        int worst = Enumerable.Range(0, errors.Count).MaxBy(i => errors[i]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{lens.Views} views of {lens.Width}x{lens.Height} pixels: corners {lens.ErrorPx:0.00} px off in the mean, {errors[worst]:0.00} in {views[worst].Name}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the lens moves pixels by up to {LensCalibration.LargestShift(lens):0.0} px"));
        Console.WriteLine($"{output}: written. Restart the agent, then measure pots and scale again (layout and calibrate check take --lens {output}).");
    }

    private static Option<string> BoardOption() => new("--board") { Description = "Squares of the board", HelpName = "COLUMNSxROWS", DefaultValueFactory = _ => Chessboard.Default.ToString() };

    private static Chessboard BoardOf(string text) => Chessboard.Parse(text)
        ?? throw new AgentException(ExitCode.Usage, $"--board: found \"{text}\", expected COLUMNSxROWS with 4 to 50 squares each, such as \"{Chessboard.Default}\"");

    private static string FileOf(string? settings, string? camera, string? output)
    {
        if (output is not null)
        {
            return settings is null && camera is null
                ? output
                : throw new AgentException(ExitCode.Usage, "--output: found it beside --settings or --camera, expected one of the two");
        }

        if (settings is null)
        {
            throw new AgentException(ExitCode.Usage, "found neither --settings nor --output, expected the rig's settings file, or a file to write");
        }

        AgentOptions options = SettingsFile.Read(settings);
        IReadOnlyList<CameraOptions> cameras = options.Cameras();
        return new KeptLenses(options.StateFolder).FileOf(cameras[CameraChoice.IndexIn(cameras, camera)].Name);
    }

    private static IEnumerable<string> Files(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path).Where(file => PictureNames.IsPicture(file)).Order(StringComparer.Ordinal)
        : [path];
}
