using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Pots;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Calibration.Pots;
using LeafSeg.EdgeAgent.Calibration.Scale;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Calibration;

public sealed class PotsAndScaleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly AlarmBoard alarms = new(new FakeTimeProvider(), NullLogger<AlarmBoard>.Instance);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_pots_the_whole_picture_is_one_plant() =>
        Assert.Equal([new Pot("plant1", new PixelBox(0, 0, 640, 480))], Finder(new PotsOptions()).Find([], 640, 480));

    [Fact]
    public void A_grid_names_its_plants_by_row_and_column_and_ends_where_it_should()
    {
        PotsOptions options = new() { Grid = new PotGridOptions { X = 10, Y = 20, Width = 320, Height = 210, Columns = 3, Rows = 2, GapPx = 10 } };
        Assert.Empty(options.Problems("pots"));
        IReadOnlyList<Pot> pots = options.Standing();
        Assert.Equal(["a1", "a2", "a3", "b1", "b2", "b3"], pots.Select(pot => pot.Plant));
        Assert.Equal(new PixelBox(10, 20, 110, 120), pots[0].Box);
        Assert.Equal(new PixelBox(230, 130, 330, 230), pots[5].Box);
    }

    [Fact]
    public void A_pot_outside_the_picture_is_no_plant_and_an_alarm_until_it_is_inside()
    {
        PotFinder finder = Finder(new PotsOptions { Rectangles = [At("a1", 0), At("a2", 90), At("a3", 200)] });
        Assert.Equal(["a1", "a2"], finder.Find([], 95, 100).Select(pot => pot.Plant));
        Assert.Contains("95x100 pixels does not show the whole of a2, a3", alarms.Lasting[AlarmCode.PotOutside].Detail, StringComparison.Ordinal);
        Assert.Equal(3, finder.Find([], 300, 100).Count);
        Assert.Empty(alarms.Lasting);
    }

    [Fact]
    public void A_pot_is_found_by_its_marker_wherever_it_stands_and_however_it_is_turned()
    {
        PotMarkerOptions pot = new() { Plant = "a1", Marker = 7, Right = 2, Width = 3, Height = 2 };
        PotFinder finder = Finder(new PotsOptions { ByMarker = [pot] });
        Assert.Equal(new PixelBox(105, 85, 136, 106), Assert.Single(finder.Find([Square(7, 100, 95, 20, 0, scale: 0.5)], 400, 400)).Box, NearBy);

        // A quarter turn clockwise: its right is now below.
        PixelBox turned = Assert.Single(finder.Find([Square(7, 200, 200, 20, 1)], 400, 400)).Box;
        Assert.Equal(new PixelBox(180, 210, 221, 271), turned, NearBy);
    }

    [Fact]
    public void A_pot_whose_marker_is_hidden_has_no_plant_rather_than_one_without_leaves()
    {
        PotFinder finder = Finder(new PotsOptions { Rectangles = [At("a2", 0)], ByMarker = [new() { Plant = "a1", Marker = 7 }] });
        Assert.Equal("a2", Assert.Single(finder.Find([], 400, 400)).Plant);
        Assert.Contains("a1", alarms.Lasting[AlarmCode.PotUnseen].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Pots_that_run_into_one_another_have_no_plants_and_the_others_have()
    {
        PotFinder finder = Finder(new PotsOptions
        {
            Rectangles = [At("a3", 300)],
            ByMarker = [new() { Plant = "a1", Marker = 1, Width = 1, Height = 1 }, new() { Plant = "a2", Marker = 2, Width = 1, Height = 1 }],
        });
        Assert.Equal("a3", Assert.Single(finder.Find([Square(1, 50, 50, 40), Square(2, 70, 50, 40)], 400, 400)).Plant);
        Assert.Contains("a1, a2", alarms.Lasting[AlarmCode.PotsOverlap].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_marker_leaves_the_last_scale_marked_as_such_with_an_alarm()
    {
        RigScale scale = Scale(new ScaleOptions { Markers = new MarkerScaleOptions { SizeMm = 20 } });
        Assert.Equal((null, null), scale.Now([], 400, 300));
        Assert.Contains(AlarmCode.MarkerLost, alarms.Lasting.Keys);

        CaptureScale seen = scale.Now([Square(0, 50, 50, 40)], 400, 300).Published!;
        Assert.Equal((0.5, ScaleSource.Marker), (seen.MmPerPx, seen.Source));
        Assert.Empty(alarms.Lasting);

        CaptureScale kept = scale.Now([], 400, 300).Published!;
        Assert.Equal((0.5, ScaleSource.LastMarker), (kept.MmPerPx, kept.Source));
        Assert.Contains(AlarmCode.MarkerLost, alarms.Lasting.Keys);
    }

    [Fact]
    public void A_plane_of_several_markers_stays_while_one_is_seen_that_agrees_with_it()
    {
        RigScale scale = Scale(new ScaleOptions { Markers = new MarkerScaleOptions { SizeMm = 20 } });
        Marker[] tilted = [Square(0, 50, 50, 40), Square(1, 300, 50, 40), Square(2, 50, 250, 40)];
        PictureScale plane = scale.Now(tilted, 400, 300).Scale!;

        // One alone: a similarity of its own would say the same of the whole picture.
        (PictureScale? stays, CaptureScale? published) = scale.Now([tilted[2]], 400, 300);
        Assert.Equal(plane.ToMillimetres, stays!.ToMillimetres);
        Assert.Equal(ScaleSource.Marker, published!.Source);
        Assert.Empty(alarms.Lasting);

        (stays, published) = scale.Now([Square(1, 300, 50, 50)], 400, 300);
        Assert.Equal(plane.ToMillimetres, stays!.ToMillimetres);
        Assert.Equal(ScaleSource.LastMarker, published!.Source);
        Assert.Contains("the only one seen", alarms.Lasting[AlarmCode.MarkerWrongSize].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_marker_of_a_wrong_size_is_not_believed()
    {
        RigScale among = Scale(new ScaleOptions { Markers = new MarkerScaleOptions { SizeMm = 20 } });
        Marker[] right = [Square(0, 50, 50, 40), Square(1, 300, 50, 40), Square(2, 50, 250, 40)];
        Assert.Equal(ScaleSource.Marker, among.Now(right, 400, 300).Published!.Source);
        Assert.Equal(ScaleSource.LastMarker, among.Now([.. right, Square(3, 300, 250, 50)], 400, 300).Published!.Source);
        Assert.Contains("marker 3", alarms.Lasting[AlarmCode.MarkerWrongSize].Detail, StringComparison.Ordinal);

        RigScale against = Scale(new ScaleOptions { MmPerPx = 0.4, Markers = new MarkerScaleOptions { SizeMm = 20 } }, "left");
        CaptureScale published = against.Now([right[0]], 400, 300).Published!;
        Assert.Equal((0.4, ScaleSource.Setting), (published.MmPerPx, published.Source));
        Assert.Contains("0.5 mm a pixel", alarms.Lasting[AlarmCode.MarkerWrongSize].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_microscope_names_its_objective()
    {
        RigScale scale = Scale(new ScaleOptions { Objectives = [new() { Name = "4x", UmPerPx = 1.62 }, new() { Name = "10x", UmPerPx = 0.65 }], Objective = "10x" });
        (PictureScale? toMm, CaptureScale? published) = scale.Now([], 400, 300);
        Assert.Equal((0.00065, ScaleSource.Objective, "10x"), (published!.MmPerPx, published.Source, published.Objective));
        Assert.Equal(0.00065 * 0.00065, toMm!.Mm2At(0, 0), 12);
    }

    [Fact]
    public void The_last_scale_by_markers_outlives_a_restart_marked_as_such_but_not_another_camera_size_or_print()
    {
        ScaleOptions options = new() { Markers = new MarkerScaleOptions { SizeMm = 20 } };
        Scale(options).Now([Square(0, 50, 50, 40)], 400, 300);

        CaptureScale kept = Scale(options).Now([], 400, 300).Published!;
        Assert.Equal((0.5, ScaleSource.LastMarker), (kept.MmPerPx, kept.Source));
        Assert.Contains("the last scale is kept", alarms.Lasting[AlarmCode.MarkerLost].Detail, StringComparison.Ordinal);

        Assert.Null(Scale(options, "left").Now([], 400, 300).Published);
        Assert.Null(Scale(options).Now([], 800, 600).Published);
        Assert.Null(Scale(options with { Markers = new MarkerScaleOptions { SizeMm = 30 } }).Now([], 400, 300).Published);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{ \"width\": 400")]
    [InlineData("{ \"width\": 400, \"height\": 300, \"size_mm\": 20, \"to_millimetres\": [0, 0, 0, 0, 0, 0, 0, 0, 0] }")]
    [InlineData("{ \"width\": 400, \"height\": 300, \"size_mm\": 20, \"to_millimetres\": null }")]
    public void A_kept_scale_that_cannot_be_read_is_as_good_as_none_and_the_next_marker_mends_it(string content)
    {
        File.WriteAllText(Path.Combine(folder.Path, "top.json"), content);
        ScaleOptions options = new() { Markers = new MarkerScaleOptions { SizeMm = 20 } };
        RigScale scale = Scale(options);
        Assert.Null(scale.Now([], 400, 300).Published);
        scale.Now([Square(0, 50, 50, 40)], 400, 300);
        Assert.Equal(ScaleSource.LastMarker, Scale(options).Now([], 400, 300).Published!.Source);
    }

    [Fact]
    public void A_marker_that_wavers_a_little_writes_nothing_to_the_disk()
    {
        ScaleOptions options = new() { Markers = new MarkerScaleOptions { SizeMm = 20 } };
        RigScale scale = Scale(options);
        scale.Now([Square(0, 50, 50, 40)], 400, 300);
        string file = Path.Combine(folder.Path, "top.json");
        string first = File.ReadAllText(file);
        scale.Now([Square(0, 50, 50, 40.05)], 400, 300);
        Assert.Equal(first, File.ReadAllText(file));
        scale.Now([Square(0, 50, 50, 41)], 400, 300);
        Assert.NotEqual(first, File.ReadAllText(file));
    }

    [Fact]
    public void A_disk_that_refuses_the_scale_does_not_stop_the_measurement()
    {
        string inTheWay = Path.Combine(folder.Path, "file");
        File.WriteAllText(inTheWay, "x");
        RigScale scale = new(new ScaleOptions { Markers = new MarkerScaleOptions { SizeMm = 20 } }, "top", new CameraAlarms(alarms), new KeptScales(inTheWay));
        Assert.Equal(ScaleSource.Marker, scale.Now([Square(0, 50, 50, 40)], 400, 300).Published!.Source);
        Assert.Equal(ScaleSource.LastMarker, scale.Now([], 400, 300).Published!.Source);
    }

    [Fact]
    public void Each_camera_has_pots_and_a_scale_of_its_own()
    {
        AgentOptions options = new()
        {
            StateFolder = folder.Path,
            Plant = "a1",
            Pots = new PotsOptions { Rectangles = [At("b1", 0), At("b2", 100)] },
            Scale = new ScaleOptions { MmPerPx = 0.2 },
            MoreCameras =
            [
                new CameraOptions { Name = "left", Pots = new PotsOptions { Grid = new PotGridOptions { Width = 200, Height = 100, Columns = 2 } }, Scale = new ScaleOptions { MmPerPx = 0.1 } },
                new CameraOptions { Name = "right", Plant = "c1" },
            ],
        };
        CameraViews views = new(options.Cameras(), options.StateFolder, new CameraAlarms(alarms));
        Assert.Equal(["b1", "b2"], Plants("top"));
        Assert.Equal(["a1", "a2"], Plants("left"));
        Assert.Equal(["c1"], Plants("right"));
        Assert.Equal((0.2, 0.1, 0.2), (MmPerPx("top"), MmPerPx("left"), MmPerPx("right")));

        IEnumerable<string> Plants(string camera) => views[camera].Pots.Find([], 200, 200).Select(pot => pot.Plant);
        double MmPerPx(string camera) => views[camera].Scale.Now([], 200, 200).Published!.MmPerPx;
    }

    [Fact]
    public void An_alarm_of_a_pot_names_the_camera_and_lasts_while_any_camera_has_it()
    {
        CameraAlarms byCamera = new(alarms);
        PotsOptions options = new() { Rectangles = [At("a1", 0)] };
        PotFinder top = new(options, "p", "top", byCamera), left = new(options, "p", "left", byCamera);
        top.Find([], 50, 50);
        left.Find([], 50, 50);
        top.Find([], 100, 100);
        Assert.StartsWith("left: ", alarms.Lasting[AlarmCode.PotOutside].Detail, StringComparison.Ordinal);
        left.Find([], 100, 100);
        Assert.Empty(alarms.Lasting);
    }

    private PotFinder Finder(PotsOptions options) => new(options, "plant1", "top", new CameraAlarms(alarms));

    private RigScale Scale(ScaleOptions options, string camera = "top") => new(options, camera, new CameraAlarms(alarms), new KeptScales(folder.Path));

    private static PotOptions At(string plant, int x) => new() { Plant = plant, X = x, Width = 80, Height = 80 };

    private static bool NearBy(PixelBox a, PixelBox b) =>
        Math.Abs(a.X1 - b.X1) <= 1 && Math.Abs(a.Y1 - b.Y1) <= 1 && Math.Abs(a.X2 - b.X2) <= 1 && Math.Abs(a.Y2 - b.Y2) <= 1;

    /// <summary>A marker seen from straight above, its middle at (x, y), turned clockwise by quarters.</summary>
    private static Marker Square(int id, double x, double y, double side, int quarters = 0, double scale = 1)
    {
        double half = side * scale / 2;
        PicturePoint[] corners = [new(x - half, y - half), new(x + half, y - half), new(x + half, y + half), new(x - half, y + half)];
        return new Marker(id, [.. Enumerable.Range(0, 4).Select(i => corners[(i + quarters) % 4])]);
    }
}
