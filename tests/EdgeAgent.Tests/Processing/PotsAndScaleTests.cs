using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Health;
using LeafSeg.EdgeAgent.Processing.Pots;
using LeafSeg.EdgeAgent.Processing.Scale;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Processing;

public sealed class PotsAndScaleTests
{
    private readonly AlarmBoard alarms = new(new FakeTimeProvider(), NullLogger<AlarmBoard>.Instance);

    [Fact]
    public void Without_pots_the_whole_picture_is_one_plant() =>
        Assert.Equal([new Pot("plant1", new PixelBox(0, 0, 640, 480))], new PotFinder(new PotsOptions(), "plant1", alarms).Find([], 640, 480));

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
        PotFinder finder = new(new PotsOptions { Rectangles = [At("a1", 0), At("a2", 90), At("a3", 200)] }, "plant1", alarms);
        Assert.Equal(["a1", "a2"], finder.Find([], 95, 100).Select(pot => pot.Plant));
        Assert.Contains("95x100 pixels does not show the whole of a2, a3", alarms.Lasting[AlarmCode.PotOutside].Detail, StringComparison.Ordinal);
        Assert.Equal(3, finder.Find([], 300, 100).Count);
        Assert.Empty(alarms.Lasting);
    }

    [Fact]
    public void A_pot_is_found_by_its_marker_wherever_it_stands_and_however_it_is_turned()
    {
        PotMarkerOptions pot = new() { Plant = "a1", Marker = 7, Right = 2, Width = 3, Height = 2 };
        PotFinder finder = new(new PotsOptions { ByMarker = [pot] }, "plant1", alarms);
        Assert.Equal(new PixelBox(105, 85, 136, 106), Assert.Single(finder.Find([Square(7, 100, 95, 20, 0, scale: 0.5)], 400, 400)).Box, NearBy);

        // A quarter turn clockwise: its right is now below.
        PixelBox turned = Assert.Single(finder.Find([Square(7, 200, 200, 20, 1)], 400, 400)).Box;
        Assert.Equal(new PixelBox(180, 210, 221, 271), turned, NearBy);
    }

    [Fact]
    public void A_pot_whose_marker_is_hidden_has_no_plant_rather_than_one_without_leaves()
    {
        PotFinder finder = new(new PotsOptions { Rectangles = [At("a2", 0)], ByMarker = [new() { Plant = "a1", Marker = 7 }] }, "plant1", alarms);
        Assert.Equal("a2", Assert.Single(finder.Find([], 400, 400)).Plant);
        Assert.Contains("a1", alarms.Lasting[AlarmCode.PotUnseen].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Pots_that_run_into_one_another_have_no_plants_and_the_others_have()
    {
        PotFinder finder = new(new PotsOptions
        {
            Rectangles = [At("a3", 300)],
            ByMarker = [new() { Plant = "a1", Marker = 1, Width = 1, Height = 1 }, new() { Plant = "a2", Marker = 2, Width = 1, Height = 1 }],
        }, "plant1", alarms);
        Assert.Equal("a3", Assert.Single(finder.Find([Square(1, 50, 50, 40), Square(2, 70, 50, 40)], 400, 400)).Plant);
        Assert.Contains("a1, a2", alarms.Lasting[AlarmCode.PotsOverlap].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_marker_leaves_the_last_scale_marked_as_such_with_an_alarm()
    {
        RigScale scale = new(new ScaleOptions { Markers = new MarkerScaleOptions { SizeMm = 20 } }, alarms);
        Assert.Equal((null, null), scale.Now([], 400, 300));
        Assert.Contains(AlarmCode.MarkerLost, alarms.Lasting.Keys);

        CaptureScale seen = scale.Now([Square(0, 50, 50, 40)], 400, 300).Told!;
        Assert.Equal((0.5, ScaleSource.Marker), (seen.MmPerPx, seen.Source));
        Assert.Empty(alarms.Lasting);

        CaptureScale kept = scale.Now([], 400, 300).Told!;
        Assert.Equal((0.5, ScaleSource.LastMarker), (kept.MmPerPx, kept.Source));
        Assert.Contains(AlarmCode.MarkerLost, alarms.Lasting.Keys);
    }

    [Fact]
    public void A_marker_of_a_wrong_size_is_not_believed()
    {
        RigScale among = new(new ScaleOptions { Markers = new MarkerScaleOptions { SizeMm = 20 } }, alarms);
        Marker[] right = [Square(0, 50, 50, 40), Square(1, 300, 50, 40), Square(2, 50, 250, 40)];
        Assert.Equal(ScaleSource.Marker, among.Now(right, 400, 300).Told!.Source);
        Assert.Equal(ScaleSource.LastMarker, among.Now([.. right, Square(3, 300, 250, 50)], 400, 300).Told!.Source);
        Assert.Contains("marker 3", alarms.Lasting[AlarmCode.MarkerWrongSize].Detail, StringComparison.Ordinal);

        RigScale against = new(new ScaleOptions { MmPerPx = 0.4, Markers = new MarkerScaleOptions { SizeMm = 20 } }, alarms);
        CaptureScale told = against.Now([right[0]], 400, 300).Told!;
        Assert.Equal((0.4, ScaleSource.Setting), (told.MmPerPx, told.Source));
        Assert.Contains("0.5 mm a pixel", alarms.Lasting[AlarmCode.MarkerWrongSize].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_microscope_names_its_objective()
    {
        RigScale scale = new(new ScaleOptions { Objectives = [new() { Name = "4x", UmPerPx = 1.62 }, new() { Name = "10x", UmPerPx = 0.65 }], Objective = "10x" }, alarms);
        (PictureScale? toMm, CaptureScale? told) = scale.Now([], 400, 300);
        Assert.Equal((0.00065, ScaleSource.Objective, "10x"), (told!.MmPerPx, told.Source, told.Objective));
        Assert.Equal(0.00065 * 0.00065, toMm!.Mm2At(0, 0), 12);
    }

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
