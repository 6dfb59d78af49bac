using System.CommandLine;
using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Tracking;
using nietras.SeparatedValues;
using Parquet.Serialization;

namespace LeafSeg.ModelTraining.Tests.Commands;

/// <summary>leafseg-train track and evaluate --tracks, with the model that ships.</summary>
public sealed class TrackCommandTests : IDisposable
{
    private const int Pictures = 8;
    private readonly TemporaryFolder folder = new();

    private static string Model => Path.Combine(AppContext.BaseDirectory, "shipped.onnx");

    private string Data => Path.Combine(folder.Path, "lapse");

    private string Out => Path.Combine(folder.Path, "growth");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_season_becomes_tables_a_report_and_a_film()
    {
        await Synth();

        Assert.Equal(ExitCode.Done, await Track("--mm-per-px", "0.5"));

        Assert.Equal(
            ["leaf_growth.csv", "leaf_growth.parquet", "plant4.gif", "plant_growth.csv", "plant_growth.parquet", "report.html"],
            Directory.GetFiles(Out).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        using SepReader reader = Sep.New(',').Reader(options => options with { Unescape = true }).FromFile(Path.Combine(Out, "leaf_growth.csv"));
        (string Leaf, string State)[] csv = [.. reader.Enumerate(row => (row["leaf"].ToString(), row["state"].ToString()))];
        using FileStream parquet = File.OpenRead(Path.Combine(Out, "leaf_growth.parquet"));
        IList<LeafGrowthRow> rows = (await ParquetSerializer.DeserializeAsync<LeafGrowthRow>(parquet, cancellationToken: TestContext.Current.CancellationToken)).Data;
        Assert.Equal(rows.Select(row => (row.Leaf?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "", row.State)), csv);
        Assert.True(rows.GroupBy(row => row.Leaf).Max(leaf => leaf.Count()) > Pictures / 2);
        Assert.All(rows, row => Assert.Equal(row.AreaPx * .25, row.AreaMm2!.Value, 1e-6));
        string report = File.ReadAllText(Path.Combine(Out, "report.html"));
        Assert.Contains("area of each leaf, mm", report, StringComparison.Ordinal);
        Assert.All(rows.Select(row => row.Leaf).OfType<int>().Distinct(), leaf => Assert.Contains(GrowthChart.Colour(leaf), report, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tables_of_an_earlier_run_stay_and_a_folder_without_pictures_is_refused()
    {
        Directory.CreateDirectory(Data);
        Assert.Contains("no PNG", await ConsoleOutput.By(async () => Assert.Equal(ExitCode.BadFile, await Track())), StringComparison.Ordinal);
        Directory.CreateDirectory(Out);
        File.WriteAllText(Path.Combine(Out, "leaf_growth.csv"), "mine");
        await Synth();

        Assert.Equal(ExitCode.BadFile, await Track());

        Assert.Equal("mine", File.ReadAllText(Path.Combine(Out, "leaf_growth.csv")));
    }

    [Fact]
    public async Task Two_plants_with_one_films_name_are_refused_before_anything_is_written()
    {
        await Synth();
        string below = Directory.CreateDirectory(Path.Combine(Data, "a")).FullName;
        foreach (string picture in Directory.GetFiles(Data, "*.png"))
        {
            File.Copy(picture, Path.Combine(below, Path.GetFileName(picture)));
            File.Move(picture, Path.Combine(Data, $"a-{Path.GetFileName(picture)}"));
        }

        string errors = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.BadArgument, await Track()));

        Assert.Contains("a-plant4.gif: the film of a-plant4 and of a/plant4", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public async Task Time_lapses_are_scored_with_the_models_masks_and_with_the_true_ones()
    {
        await Synth();
        string json = Path.Combine(folder.Path, "tracks.json");

        Assert.Equal(ExitCode.Done, await EvaluateCommand.Create().Parse(["--model", Model, "--data", Data, "--tracks", "--json", json]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));

        using JsonDocument scores = JsonDocument.Parse(File.ReadAllText(json));
        Assert.Equal(1, scores.RootElement.GetProperty("true_masks").GetProperty("all").GetProperty("det_a").GetDouble(), 1e-9);
        Assert.InRange(scores.RootElement.GetProperty("model").GetProperty("plants").GetProperty("plant4").GetProperty("hota").GetDouble(), 0, 1);
    }

    [Theory]
    [InlineData("--tracks", "--report", "r.html")]
    [InlineData("--every", "0", "--tracks")]
    [InlineData("--every", "2")]
    public async Task Options_that_do_not_go_together_are_refused(params string[] options)
    {
        string said = await ConsoleOutput.By(async () => Assert.Equal(
            ExitCode.BadArgument, await EvaluateCommand.Create().Parse(["--model", Model, "--data", Data, .. options]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken)));

        Assert.Contains(options[0], said, StringComparison.Ordinal);
    }

    private async Task Synth() => Assert.Equal(ExitCode.Done, await SynthCommand.Create()
        .Parse(["--timelapse", "--count", $"{Pictures}", "--size", "192", "--seed", "4", "--min-leaves", "6", "--kinds", "classic", "--out", Data, "--force"])
        .InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));

    private Task<int> Track(params string[] more) => TrackCommand.Create()
        .Parse(["--model", Model, "--data", Data, "--out", Out, .. more]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
