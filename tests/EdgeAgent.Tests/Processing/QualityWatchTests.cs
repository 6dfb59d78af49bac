using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Processing;

public sealed class QualityWatchTests
{
    private static readonly FrameQuality Good = new(Sharpness: 0.6, Saturated: 0.01, Dark: 0.1);
    private readonly AlarmBoard alarms = new(TimeProvider.System, NullLogger<AlarmBoard>.Instance);
    private readonly QualityWatch watch;

    public QualityWatchTests() => watch = new QualityWatch(
        new QualityOptions { SharpnessLowest = 0.3, SaturatedHighest = 0.2, DarkHighest = 0.9, AlarmAfter = 2 }, new CameraAlarms(alarms));

    public static TheoryData<double, double, double, string> Bad => new()
    {
        { 0.2, 0.01, 0.1, AlarmCode.PicturesBlurred },
        { 0.6, 0.3, 0.1, AlarmCode.PicturesOverexposed },
        { 0.6, 0.01, 0.95, AlarmCode.PicturesDark },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Pictures_beyond_a_limit_raise_its_alarm_and_a_good_one_clears_it(double sharpness, double saturated, double dark, string code)
    {
        FrameQuality bad = new(sharpness, saturated, dark);
        watch.Look("top", bad);
        Assert.Empty(alarms.Lasting);
        watch.Look("top", bad);
        watch.Look("top", bad);
        Assert.Equal([code], alarms.Lasting.Keys);
        watch.Look("top", Good);
        Assert.Empty(alarms.Lasting);
    }

    [Fact]
    public void One_bad_picture_now_and_then_is_no_alarm()
    {
        for (int i = 0; i < 10; i++)
        {
            watch.Look("top", Good with { Dark = 1 });
            watch.Look("top", Good);
        }

        Assert.Empty(alarms.Lasting);
    }

    [Fact]
    public void Without_limits_nothing_is_wrong()
    {
        QualityWatch none = new(new QualityOptions { SharpnessLowest = null, SaturatedHighest = null, DarkHighest = null, AlarmAfter = 1 }, new CameraAlarms(alarms));
        none.Look("top", new FrameQuality(0, 1, 1));
        Assert.Empty(alarms.Lasting);
    }
}
