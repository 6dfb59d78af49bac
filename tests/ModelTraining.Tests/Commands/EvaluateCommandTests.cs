using System.CommandLine;
using System.Text.Json;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Storage;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Tests.Evaluation;

namespace LeafSeg.ModelTraining.Tests.Commands;

public sealed class EvaluateCommandTests(TrialNetwork network) : IClassFixture<TrialNetwork>, IDisposable
{
    private readonly TrialFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task A_checkpoint_and_the_file_exported_from_it_get_the_same_leaf_scores()
    {
        files.WriteLabelled(3);

        Assert.Equal(ExitCode.Done, await Evaluate(network.Checkpoint, "--json", files.At("checkpoint.json")));
        Assert.Equal(ExitCode.Done, await Evaluate(network.Model, "--json", files.At("model.json")));

        using JsonDocument one = Read("checkpoint.json"), other = Read("model.json");
        foreach (string figure in new[] { "sbd", "bestDicePredictionTruth", "bestDiceTruthPrediction", "absoluteDic", "dic", "fgBgDice" })
        {
            Assert.Equal(Leaf(one, figure, "value"), Leaf(other, figure, "value"), 1e-3);
        }
    }

    [Fact]
    public async Task Scores_say_how_sure_they_are_and_stand_beside_those_of_the_watershed()
    {
        files.WriteLabelled(4);

        await Evaluate(network.Checkpoint, "--json", files.At("first.json"));
        await Evaluate(network.Checkpoint, "--json", files.At("again.json"));

        Assert.Equal(File.ReadAllText(files.At("first.json")), File.ReadAllText(files.At("again.json")));
        using JsonDocument scores = Read("first.json");
        Assert.InRange(Leaf(scores, "sbd", "value"), Leaf(scores, "sbd", "low"), Leaf(scores, "sbd", "high"));
        Assert.Equal(4, scores.RootElement.GetProperty("eachPicture").GetArrayLength());
        foreach (string method in new[] { "model", "watershed" })
        {
            JsonElement figures = scores.RootElement.GetProperty(method);
            Assert.Equal(12, figures.GetProperty("cocoMasks").EnumerateObject().Count());
            Assert.Equal(12, figures.GetProperty("cocoBoxes").EnumerateObject().Count());
            Assert.Equal(["small", "medium", "large"], figures.GetProperty("sizesAt512").EnumerateObject().Select(size => size.Name));
            int leaves = figures.GetProperty("sizesInPixels").EnumerateObject().Sum(size => size.Value.GetProperty("trueLeaves").GetInt32());
            Assert.Equal(scores.RootElement.GetProperty("eachPicture").EnumerateArray().Sum(p => p.GetProperty("trueLeaves").GetInt32()), leaves);
        }
    }

    [Fact]
    public async Task Two_models_are_compared_picture_by_picture_and_one_that_is_not_better_is_refused()
    {
        files.WriteLabelled(7);

        string same = await ConsoleOutput.By(async () => Assert.Equal(
            ExitCode.Differs, await Evaluate(network.Model, "--against", network.Checkpoint, "--require-better", "--json", files.At("scores.json"))));
        Assert.Equal(ExitCode.Done, await Evaluate(network.Model, "--against", network.Checkpoint, "--allowed-drop", "0.01"));
        Assert.Equal(ExitCode.BadArgument, await Evaluate(network.Model, "--require-better"));

        Assert.Contains("is not distinguishable from", same, StringComparison.Ordinal);
        Assert.Matches("paired over [67] pictures", same);
        using JsonDocument scores = Read("scores.json");
        JsonElement against = scores.RootElement.GetProperty("against");
        Assert.Equal(0, against.GetProperty("sbdDifference").GetDouble(), 1e-3);
        Assert.Equal(Leaf(scores, "sbd", "value"), against.GetProperty("sbd").GetDouble(), 1e-3);
    }

    [Fact]
    public async Task What_is_found_in_an_ignored_region_is_neither_right_nor_wrong()
    {
        files.WriteLabelled(1);
        await Evaluate(network.Checkpoint, "--json", files.At("all.json"));

        // Nobody told the leaves apart anywhere but for the largest one.
        LabelMap labels = LabelledPictures.Open(files.At("data")).Read(0).Labels;
        ushort largest = labels.Areas().MaxBy(leaf => leaf.Area).Label;
        ColourMask.Write(files.At("data", "p0_label.png"), new LabelMap(labels.Width, labels.Height, [.. labels.Labels.Select(label => label == largest ? label : (ushort)0)]));
        ushort[] around = [.. labels.Labels.Select((label, i) => label == largest || i == 0 ? (ushort)0 : (ushort)1)];
        ColourMask.Write(files.At("data", "p0_ignored.png"), new LabelMap(labels.Width, labels.Height, around));
        await Evaluate(network.Checkpoint, "--json", files.At("one.json"));

        using JsonDocument all = Read("all.json"), one = Read("one.json");
        Assert.True(Predicted(all) > 2);
        Assert.InRange(Predicted(one), 0, 2);
        Assert.InRange(WatershedPrecision(one), WatershedPrecision(all), 1);

        static int Predicted(JsonDocument scores)
        {
            JsonElement picture = scores.RootElement.GetProperty("eachPicture")[0];
            return picture.GetProperty("trueLeaves").GetInt32() + picture.GetProperty("dic").GetInt32();
        }

        static double WatershedPrecision(JsonDocument scores) =>
            scores.RootElement.GetProperty("watershed").GetProperty("leaves").GetProperty("bestDicePredictionTruth").GetProperty("value").GetDouble();
    }

    [Fact]
    public async Task The_report_is_one_file_that_shows_truth_beside_what_was_found()
    {
        files.WriteLabelled(2);
        files.WritePicture("looked-at/real.png", seed: 9);

        Assert.Equal(ExitCode.Done, await Evaluate(network.Model, "--report", files.At("report.html"), "--pictures", files.At("looked-at")));

        string html = File.ReadAllText(files.At("report.html"));
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", html, StringComparison.Ordinal);
        Assert.Contains("p1: SBD", html, StringComparison.Ordinal);
        Assert.Contains("real.png", html, StringComparison.Ordinal);
        // Each picture once, truth beside what was found, and the one that is looked at.
        Assert.Equal((2 * 2) + 1, html.Split("data:image/jpeg;base64,").Length - 1);
    }

    [Fact]
    public async Task One_picture_has_no_interval_and_says_so()
    {
        files.WriteLabelled(1);

        string said = await ConsoleOutput.By(() => Evaluate(network.Model, "--report", files.At("report.html"), "--json", files.At("scores.json")));

        string html = File.ReadAllText(files.At("report.html"));
        Assert.All([said, html], text =>
        {
            Assert.Contains("no interval: 1 picture", text, StringComparison.Ordinal);
            Assert.Contains("No intervals: 1 picture, at least 2 are needed.", text, StringComparison.Ordinal);
        });
        Assert.DoesNotMatch("– (to|…) –", said + html);
        Assert.Contains("on 1 picture of", said, StringComparison.Ordinal);
        using JsonDocument scores = Read("scores.json");
        Assert.Equal(JsonValueKind.Null, scores.RootElement.GetProperty("model").GetProperty("leaves").GetProperty("sbd").GetProperty("low").ValueKind);
    }

    [Fact]
    public async Task The_curves_of_a_run_that_was_killed_while_it_wrote_a_line_are_drawn()
    {
        files.WriteLabelled(1);
        Directory.CreateDirectory(files.At("run"));
        File.WriteAllText(files.At("run", "losses.csv"), "step,stage,total\n1,heads,2.5\n2,heads,2.25\n3,he");
        File.WriteAllText(files.At("run", "scores.csv"), "step,sbd,absolute_dic\n2,0.5,1.5\n4,0.");

        Assert.Equal(ExitCode.Done, await Evaluate(network.Model, "--report", files.At("report.html"), "--run", files.At("run")));

        string html = File.ReadAllText(files.At("report.html"));
        Assert.Contains("text-anchor=\"end\">2</text>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing recorded", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_the_curves_of_a_run_is_refused_before_anything_is_scored()
    {
        Directory.CreateDirectory(files.At("run"));
        File.WriteAllText(files.At("run", "losses.csv"), "step,stage,total\n");

        string said = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.BadFile, await Evaluate("not-even-looked-for.onnx", "--run", files.At("run"))));

        Assert.Contains("scores.csv: no such file; --run names the folder", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_leaves_earlier_scores_and_reports_whole()
    {
        files.WriteLabelled(1);
        foreach (string option in new[] { "--json", "--report" })
        {
            string file = files.At("earlier");
            File.WriteAllText(file, "earlier");
            // Every write to this device fails as on a full disk.
            File.CreateSymbolicLink(DurableFile.PartOf(file), "/dev/full");

            Assert.Equal(ExitCode.DiskFull, await Evaluate(network.Model, option, file));
            Assert.Equal("earlier", File.ReadAllText(file));
        }
    }

    [Fact]
    public async Task An_interrupted_evaluation_writes_nothing()
    {
        files.WriteLabelled(1);
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();

        Assert.Equal(ExitCode.Interrupted, await Parse(network.Model, "--json", files.At("scores.json")).InvokeAsync(cancellationToken: cancelled.Token));
        Assert.False(File.Exists(files.At("scores.json")));
    }

    [Theory]
    [InlineData(ExitCode.BadArgument, "--score-threshold", "1.5")]
    [InlineData(ExitCode.BadFile, "--report", "/nowhere/at/all/report.html")]
    [InlineData(ExitCode.BadFile, "--json", "/nowhere/at/all/scores.json")]
    [InlineData(ExitCode.BadFile, "--pictures", "/nowhere/at/all")]
    [InlineData(ExitCode.BadFile, "--run", "/nowhere/at/all")]
    public async Task What_would_stop_it_at_the_end_stops_it_at_once(int expected, string option, string value) =>
        Assert.Equal(expected, await Evaluate("not-even-looked-for.onnx", option, value));

    [Fact]
    public async Task A_model_that_is_not_there_is_said() => Assert.Equal(ExitCode.BadFile, await Evaluate(files.At("missing.onnx")));

    private static double Leaf(JsonDocument scores, string figure, string part) =>
        scores.RootElement.GetProperty("model").GetProperty("leaves").GetProperty(figure).GetProperty(part).GetDouble();

    private Task<int> Evaluate(string model, params string[] more) => Parse(model, more).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

    private ParseResult Parse(string model, params string[] more) =>
        EvaluateCommand.Create().Parse(["--model", model, "--data", files.At("data"), .. more]);

    private JsonDocument Read(string name) => JsonDocument.Parse(File.ReadAllText(files.At(name)));
}
