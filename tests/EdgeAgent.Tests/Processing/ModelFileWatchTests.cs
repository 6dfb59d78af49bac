using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Processing;

/// <summary>A model file that vanishes or is replaced under a rig that measures.</summary>
public sealed class ModelFileWatchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly AlarmBoard alarms = new(TimeProvider.System, NullLogger<AlarmBoard>.Instance);
    private readonly ModelInUse models;
    private readonly string file;
    private readonly ModelFileWatch watch;

    public ModelFileWatchTests()
    {
        file = TinyModel.Write(TinyModel.Build(), folder.Path);
        models = new ModelInUse(LeafModel.Open(file));
        watch = new ModelFileWatch(() => file, models, alarms, TimeProvider.System);
    }

    public void Dispose()
    {
        watch.Dispose();
        models.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_file_that_is_gone_is_an_alarm_until_it_is_back_and_the_model_measures_on()
    {
        Assert.Empty(Codes());
        string aside = $"{file}.aside";
        File.Move(file, aside);
        Assert.Equal([AlarmCode.ModelFile], Codes());
        string detail = alarms.Lasting[AlarmCode.ModelFile].Detail;
        Assert.Contains(file, detail, StringComparison.Ordinal);
        Assert.Contains("put the file back", detail, StringComparison.Ordinal);
        Assert.NotNull(models.Use(model => model.Find(new Common.Imaging.RgbImage(8, 8))));

        File.Move(aside, file);
        Assert.Empty(Codes());
    }

    [Fact]
    public void Another_file_in_its_place_is_an_alarm_once_it_stays()
    {
        byte[] whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, whole[..^9]);
        Assert.Empty(Codes());
        Assert.Equal([AlarmCode.ModelFile], Codes());
        Assert.Contains("another model", alarms.Lasting[AlarmCode.ModelFile].Detail, StringComparison.Ordinal);
        File.WriteAllBytes(file, whole);
        Assert.Empty(Codes());
    }

    private IEnumerable<string> Codes()
    {
        watch.Look();
        return alarms.Lasting.Keys;
    }
}
