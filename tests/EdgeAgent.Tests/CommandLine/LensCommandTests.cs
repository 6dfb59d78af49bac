using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Calibration.Lens;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.CommandLine;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Tests.Calibration.Lens;
using LeafSeg.EdgeAgent.Triggering;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.CommandLine;

public sealed class LensCommandTests(LensCalibrationTests.Pictures pictures) : IClassFixture<LensCalibrationTests.Pictures>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_lens_is_measured_kept_for_its_camera_and_applied_before_all_else_to_pictures_of_its_size()
    {
        string settings = At("settings.json");
        await File.WriteAllTextAsync(settings, $$"""{ "stateFolder": "{{At("state")}}", "camera": { "name": "wide", "device": {} }, "triggers": { "schedule": { "everySeconds": 60 } } }""", TestContext.Current.CancellationToken);
        Save(pictures.Images);
        Assert.Equal((int)ExitCode.Done, await Run("lens", At("boards"), "--settings", settings, "--camera", "wide"));

        CameraOptions camera = new() { Name = "wide", Device = new CameraDeviceOptions() };
        AlarmBoard alarms = new(TimeProvider.System, NullLogger<AlarmBoard>.Instance);
        using CameraViews views = new([camera, new CameraOptions { Name = "other", Device = new CameraDeviceOptions() }], At("state"), new CameraAlarms(alarms));
        Frame taken = FrameOf(pictures.Images[9]);
        Frame corrected = views["wide"].Corrected(taken);
        Assert.True(corrected.Undistorted);
        Assert.NotEqual(taken.Image.Pixels, corrected.Image.Pixels);
        Assert.True(views["wide"].Fits(640, 480));

        // Another size is another view: it is left as it is, and an alarm.
        Frame small = FrameOf(new RgbImage(320, 240));
        Assert.Same(small, views["wide"].Corrected(small));
        Assert.False(views["wide"].Fits(320, 240));
        Assert.Contains("its lens was calibrated for 640x480", alarms.Lasting[AlarmCode.CameraSize].Detail, StringComparison.Ordinal);
        Assert.Same(taken, views["other"].Corrected(taken));

        // Pots and scale are measured on the corrected picture.
        string lens = Path.Combine(At("state"), "lenses", "wide.json"), picture = Path.Combine(At("boards"), "9.png");
        Assert.Equal(corrected.Image.Pixels, CalibrateCommand.PictureOf(picture, lens).Pixels);
        ImageFile.Write(At("small.png"), small.Image);
        Assert.Contains("expected 640x480", Assert.Throws<AgentException>(() => CalibrateCommand.PictureOf(At("small.png"), lens)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kept_lens_that_cannot_be_read_is_not_passed_over()
    {
        Directory.CreateDirectory(Path.Combine(At("state"), "lenses"));
        foreach (string text in new[] { "{", "{}", """{"width":640,"height":480,"camera_matrix":[1],"distortion":[],"corrected_matrix":[],"error_px":0,"views":9}""" })
        {
            File.WriteAllText(new KeptLenses(At("state")).FileOf("top"), text);
            AgentException damaged = Assert.Throws<AgentException>(() => new CameraViews(
                [new CameraOptions { Device = new CameraDeviceOptions() }], At("state"), new CameraAlarms(new AlarmBoard(TimeProvider.System, NullLogger<AlarmBoard>.Instance))));
            Assert.Equal(ExitCode.Setting, damaged.ExitCode);
            Assert.Contains("calibrate again, or remove it", damaged.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Pictures_that_show_too_little_are_refused_and_nothing_is_written()
    {
        Save(pictures.Images[..3]);
        Refused("found the board in 3 pictures, expected 6 or more");
        Save([new RgbImage(640, 480), new RgbImage(640, 480)]);
        Refused("found the board in 0 pictures");
        Save([pictures.Images[0], new RgbImage(320, 240)]);
        Refused("found 320x240 pixels, expected 640x480");
        Save([]);
        Refused("found no picture");
        Assert.False(File.Exists(At("lens.json")));

        void Refused(string expected)
        {
            AgentException refused = Assert.Throws<AgentException>(() => LensCommand.Calibrate([At("boards")], BoardViews.Board, At("lens.json"), CancellationToken.None));
            Assert.Equal(ExitCode.Frames, refused.ExitCode);
            Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("lens x.png --board 3x9 --output l.json", "--board: found \"3x9\"")]
    [InlineData("lens x.png", "found neither --settings nor --output")]
    [InlineData("lens x.png --output l.json --camera top", "expected one of the two")]
    [InlineData("board --board 20x30 --square-mm 25", "a board that a sheet of A4 holds")]
    [InlineData("board --square-mm -1", "expected 5 mm or more")]
    [InlineData("board --output board.gif", "expected a name that ends in .pdf or .png")]
    public async Task A_wrong_command_line_is_reported_with_what_it_should_be(string line, string expected)
    {
        AgentException wrong = await Assert.ThrowsAsync<AgentException>(() => Run(line.Split(' ')));
        Assert.Equal(ExitCode.Usage, wrong.ExitCode);
        Assert.Contains(expected, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_printed_board_is_found_again()
    {
        Assert.Equal((int)ExitCode.Done, await Run("board", "--output", At("board.png"), "--dpi", "100"));
        Assert.Equal(54, BoardViews.Board.Find(ImageFile.Read(At("board.png")))!.Length);
        Assert.Equal((int)ExitCode.Done, await Run("board", "--output", At("board.pdf")));
        Assert.StartsWith("%PDF-1.4", await File.ReadAllTextAsync(At("board.pdf"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static Frame FrameOf(RgbImage image) => new()
    {
        Trigger = new Trigger { Id = Guid.NewGuid(), Kind = TriggerKind.Command, EdgeMonotonicNs = null, MissedBefore = 0 },
        Camera = "wide",
        Picture = new CameraPicture { Image = image, Source = "test", ExposureUs = null },
        Time = DateTimeOffset.UnixEpoch,
        MonotonicNs = 0,
        GrabMs = 0,
    };

    private static Task<int> Run(params string[] arguments) => CalibrateCommand.Create().Parse(arguments).InvokeAsync(
        new System.CommandLine.InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);

    private void Save(RgbImage[] images)
    {
        if (Directory.Exists(At("boards")))
        {
            Directory.Delete(At("boards"), recursive: true);
        }

        Directory.CreateDirectory(At("boards"));
        for (int i = 0; i < images.Length; i++)
        {
            ImageFile.Write(Path.Combine(At("boards"), string.Create(CultureInfo.InvariantCulture, $"{i}.png")), images[i]);
        }
    }

    private string At(string name) => Path.Combine(folder.Path, name);
}
