using LeafSeg.Common.Pots;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Calibration;
using LeafSeg.EdgeAgent.Calibration.Scale;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Calibration;

public sealed class FittedSizeTests : IDisposable
{
    private static readonly ScaleOptions Scale = new() { MmPerPx = 0.2 };
    private static readonly PotsOptions Pots = new() { Grid = new PotGridOptions { Width = 200, Height = 100, Columns = 2 } };
    private readonly TemporaryFolder folder = new();
    private readonly AlarmBoard alarms = new(TimeProvider.System, NullLogger<AlarmBoard>.Instance);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pots_and_scale_are_for_the_size_of_the_first_picture_also_after_a_restart_and_fit_again_when_it_is_back()
    {
        Assert.True(Size().Fits(1280, 720));
        FittedSize restarted = Size();
        Assert.False(restarted.Fits(640, 480));
        string detail = alarms.Lasting[AlarmCode.CameraSize].Detail;
        Assert.Contains("640x480", detail, StringComparison.Ordinal);
        Assert.Contains("1280x720", detail, StringComparison.Ordinal);
        Assert.True(restarted.Fits(1280, 720));
        Assert.Empty(alarms.Lasting);
    }

    [Fact]
    public void Pots_or_a_scale_that_are_changed_are_for_the_size_that_is_there_then()
    {
        Assert.True(Size().Fits(1280, 720));
        Assert.True(Size(scale: new ScaleOptions { MmPerPx = 0.4 }).Fits(640, 480));
        Assert.False(Size(scale: new ScaleOptions { MmPerPx = 0.4 }).Fits(1280, 720));
        Assert.True(Size(pots: new PotsOptions { Grid = new PotGridOptions { Width = 100, Height = 50, Columns = 2 } }).Fits(320, 240));
    }

    [Fact]
    public void Another_size_than_was_asked_for_is_an_alarm_and_is_not_remembered()
    {
        Assert.False(Size(asked: (1280, null)).Fits(640, 480));
        Assert.Contains("1280x480 were asked for", alarms.Lasting[AlarmCode.CameraSize].Detail, StringComparison.Ordinal);
        Assert.True(Size(asked: (1280, null)).Fits(1280, 720));
    }

    [Fact]
    public void Where_nothing_counts_in_pixels_every_size_fits()
    {
        FittedSize any = new("top", (null, null), new PotsOptions(), new ScaleOptions { Markers = new MarkerScaleOptions { SizeMm = 40 } }, folder.Path, new CameraAlarms(alarms));
        Assert.True(any.Fits(1280, 720));
        Assert.True(any.Fits(640, 480));
    }

    [Fact]
    public void Until_it_fits_pots_are_not_measured_and_nothing_is_detail_in_millimetres()
    {
        CameraOptions camera = new() { Device = new CameraDeviceOptions(), Pots = Pots, Scale = Scale };
        CameraViews views = new([camera, new CameraOptions { Name = "folder", Folder = new PictureFolderOptions(), Pots = Pots, Scale = Scale }], folder.Path, new CameraAlarms(alarms));
        CameraView view = views["top"];
        Assert.True(view.Fits(400, 300));
        Assert.Equal(2, view.Pots.Find([], 400, 300, fits: true).Count);
        Assert.False(view.Fits(800, 600));
        Assert.Empty(view.Pots.Find([], 800, 600, fits: false));
        Assert.Equal((null, null), view.Scale.Now([], 800, 600, fits: false));

        // The fixed scale beside markers is for that size too; markers say themselves how large they are.
        RigScale beside = new(new ScaleOptions { MmPerPx = 0.2, Markers = new MarkerScaleOptions { SizeMm = 40 } }, "top", new CameraAlarms(alarms), new KeptScales(folder.Path));
        Assert.NotNull(beside.Now([], 400, 300).Scale);
        Assert.Null(beside.Now([], 800, 600, fits: false).Scale);
        Assert.False(Size(pots: new PotsOptions(), scale: new ScaleOptions { MmPerPx = 0.2, Markers = new MarkerScaleOptions { SizeMm = 40 } }) is var size && size.Fits(400, 300) && size.Fits(800, 600));
        Assert.True(views["folder"].Fits(400, 300));
        Assert.True(views["folder"].Fits(800, 600));
    }

    private FittedSize Size((int?, int?)? asked = null, PotsOptions? pots = null, ScaleOptions? scale = null) =>
        new("top", asked ?? (null, null), pots ?? Pots, scale ?? Scale, folder.Path, new CameraAlarms(alarms));
}
