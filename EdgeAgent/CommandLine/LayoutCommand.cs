using System.CommandLine;
using System.Globalization;
using System.Text;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Pots;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Calibration.Layout;
using LeafSeg.EdgeAgent.Calibration.Pots;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary><c>leafseg-agent layout</c>.</summary>
internal static class LayoutCommand
{
    private const string Description = """
        Draws the pots on a picture: those of the settings file, or, where it names none, those that the picture suggests;
        these are also printed as a section "pots" to copy into the settings file.

        Examples:
          leafseg-agent layout frame.jpg --output pots.jpg
          leafseg-agent layout frame.jpg --settings /etc/leafseg/leafseg-agent.json
          leafseg-agent layout frame.jpg --settings /etc/leafseg/leafseg-agent.json --camera left

        Exit codes: 0 done, 2 the command line is wrong, 3 a setting or the lens file is wrong, or a pot lies outside the picture,
        5 the picture cannot be read or suggests no pots, 7 the drawing cannot be written.
        """;

    public static Command Create()
    {
        Argument<string> picture = new("PICTURE") { Description = "A picture from the rig's camera" };
        Option<string?> settings = new("--settings") { Description = "Settings file whose pots to draw", HelpName = "FILE" };
        Option<string?> camera = new("--camera") { Description = "The camera of the settings file that the picture is from; the first when not given", HelpName = "NAME" };
        Option<string> output = new("--output") { Description = "Drawing to write, .jpg or .png", HelpName = "FILE", DefaultValueFactory = _ => "layout.jpg" };
        Option<string?> lens = CalibrateCommand.LensOption();
        Command command = new("layout", Description) { picture, settings, camera, lens, output };
        command.SetAction(parsed => (int)Run(parsed.GetValue(picture)!, parsed.GetValue(settings), parsed.GetValue(output)!, parsed.GetValue(camera), parsed.GetValue(lens)));
        return command;
    }

    internal static ExitCode Run(string path, string? settings, string output, string? camera = null, string? lens = null)
    {
        if (Path.GetExtension(output).ToUpperInvariant() is not (".JPG" or ".JPEG" or ".PNG"))
        {
            throw new AgentException(ExitCode.Usage, $"--output: found \"{output}\", expected a name that ends in .jpg or .png");
        }

        RgbImage picture = CalibrateCommand.PictureOf(path, lens);
        PotsOptions options = PotsOf(settings, camera);
        IReadOnlyList<Pot> pots = options.Any ? Named(options, picture) : PotSuggestion.Suggest(picture);
        if (pots.Count == 0)
        {
            throw new AgentException(ExitCode.Frames, options.Any
                ? $"{path}: no marker of pots.byMarker is seen; expected at least one"
                : $"{path}: found no pattern of pots; expected pots of one size in rows and columns with smooth rims. Name them in pots.rectangles or pots.grid, then draw them with --settings");
        }

        try
        {
            ImageFile.Write(output, PotDrawing.Draw(picture, pots));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine, $"--output: {output} cannot be written ({e.Message}); expected a file in a folder that is there", e);
        }

        Console.WriteLine(Section(pots));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{output}: {pots.Count} pots drawn"));
        return pots.Where(pot => pot.Box != pot.Within(picture.Width, picture.Height)).Select(pot => pot.Plant).ToArray() is { Length: > 0 } outside
            ? throw new AgentException(ExitCode.Setting, string.Create(CultureInfo.InvariantCulture,
                $"pots: found {string.Join(", ", outside)} not wholly inside, expected pots within the picture of {picture.Width}x{picture.Height} pixels"))
            : ExitCode.Done;
    }

    private static PotsOptions PotsOf(string? settings, string? camera)
    {
        if (settings is null && camera is not null)
        {
            throw new AgentException(ExitCode.Usage, $"--camera: found \"{camera}\" without --settings, expected the settings file that names it");
        }

        if (settings is null)
        {
            return new PotsOptions();
        }

        IReadOnlyList<CameraOptions> cameras = SettingsFile.Read(settings).Cameras();
        int index = CameraChoice.IndexIn(cameras, camera);
        PotsOptions pots = cameras[index].Pots ?? new PotsOptions();
        SettingsFile.ThrowIfAny(settings, pots.Problems(index == 0 ? "pots" : $"{AgentOptions.CameraSetting(index)}.pots"));
        return pots;
    }

    private static List<Pot> Named(PotsOptions options, RgbImage picture)
    {
        IReadOnlyList<Marker> markers = options.ByMarker.Count > 0 ? ArucoMarkers.Find(picture) : [];
        return [.. options.Standing(), .. options.ByMarker.SelectMany(pot => markers.Where(marker => marker.Id == pot.Marker).Take(1).Select(pot.Place))];
    }

    private static string Section(IReadOnlyList<Pot> pots)
    {
        StringBuilder text = new("\"pots\": {\n  \"rectangles\": [\n");
        foreach (Pot pot in pots)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"    {{ \"plant\": \"{pot.Plant}\", \"x\": {pot.Box.X1}, \"y\": {pot.Box.Y1}, \"width\": {pot.Box.Width}, \"height\": {pot.Box.Height} }}");
            text.Append(pot == pots[^1] ? "\n" : ",\n");
        }

        return text.Append("  ]\n}").ToString();
    }
}
