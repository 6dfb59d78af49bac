using LeafSeg.Common.Messages;
using LeafSeg.Common.Pots;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Calibration;
using LeafSeg.EdgeAgent.Calibration.Lens;
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
    private static readonly CameraLens Lens = new()
    {
        Width = 640,
        Height = 480,
        CameraMatrix = [600, 0, 320, 0, 600, 240, 0, 0, 1],
        Distortion = [-0.2, 0, 0, 0, 0],
        CorrectedMatrix = [580, 0, 320, 0, 580, 240, 0, 0, 1],
        ErrorPx = 0.3,
        Views = 9,
    };

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

    [Fact]
    public void A_lens_that_is_calibrated_after_pots_and_scale_is_an_alarm_until_they_are_measured_again()
    {
        Assert.True(Size().Fits(640, 480));
        string file = Path.Combine(folder.Path, "top.json");

        // A file of an older agent knows of no lens.
        File.WriteAllText(file, File.ReadAllText(file).Replace(",\"lens\":null", "", StringComparison.Ordinal));
        Assert.True(Size().Fits(640, 480));
        Assert.False(Size(lens: Lens).Fits(640, 480));
        string detail = alarms.Lasting[AlarmCode.CameraSize].Detail;
        Assert.Contains("has another lens than pots and scale were measured with (it was calibrated since)", detail, StringComparison.Ordinal);
        Assert.Contains("leafseg-agent layout and calibrate", detail, StringComparison.Ordinal);

        ScaleOptions again = new() { MmPerPx = 0.21 };
        Assert.True(Size(scale: again, lens: Lens).Fits(640, 480));
        Assert.True(Size(scale: again, lens: Lens with { ErrorPx = 0.4 }).Fits(640, 480));
        Assert.False(Size(scale: again, lens: Lens with { Distortion = [-0.3, 0, 0, 0, 0] }).Fits(640, 480));
        Assert.Contains("it was calibrated again since", alarms.Lasting[AlarmCode.CameraSize].Detail, StringComparison.Ordinal);
        Assert.False(Size(scale: again).Fits(640, 480));
        Assert.Contains("its calibration was removed since", alarms.Lasting[AlarmCode.CameraSize].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scale_by_markers_that_was_kept_with_another_lens_is_not_used()
    {
        KeptScales kept = new(folder.Path);
        Assert.True(kept.Keep("top", new MarkerScale { Width = 640, Height = 480, SizeMm = 40, Markers = 4, ToMillimetres = [0.2, 0, 0, 0, 0.2, 0, 0, 0, 1] }));
        ScaleOptions markers = new() { Markers = new MarkerScaleOptions { SizeMm = 40 } };
        Assert.Equal(ScaleSource.LastMarker, new RigScale(markers, "top", new CameraAlarms(alarms), kept).Now([], 640, 480).Published?.Source);
        Assert.Null(new RigScale(markers, "top", new CameraAlarms(alarms), kept, Lens.Digest).Now([], 640, 480).Scale);

        Assert.True(kept.Keep("top", kept.Of("top")! with { Lens = Lens.Digest }));
        Assert.Equal(ScaleSource.LastMarker, new RigScale(markers, "top", new CameraAlarms(alarms), kept, Lens.Digest).Now([], 640, 480).Published?.Source);
        Assert.Null(new RigScale(markers, "top", new CameraAlarms(alarms), kept).Now([], 640, 480).Scale);
    }

    [Fact]
    public void Pictures_of_a_folder_with_a_lens_are_measured_in_its_size_only()
    {
        KeptLenses.Write(new KeptLenses(folder.Path).FileOf("folder"), Lens);
        using CameraViews views = new([new CameraOptions { Name = "folder", Folder = new PictureFolderOptions(), Pots = Pots, Scale = Scale }], folder.Path, new CameraAlarms(alarms));
        Assert.True(views["folder"].Fits(640, 480));
        Assert.False(views["folder"].Fits(320, 240));
        Assert.Contains("its lens was calibrated for 640x480", alarms.Lasting[AlarmCode.CameraSize].Detail, StringComparison.Ordinal);
    }

    private FittedSize Size((int?, int?)? asked = null, PotsOptions? pots = null, ScaleOptions? scale = null, CameraLens? lens = null) =>
        new("top", asked ?? (null, null), pots ?? Pots, scale ?? Scale, folder.Path, new CameraAlarms(alarms), lens);
}
