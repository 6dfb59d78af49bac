using System.Text.Json;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Storage;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Tests.Training;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.ModelTraining.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private static readonly TrainingSettings Blink = TinyRun.Settings with
    {
        Stages = [TinyRun.Settings.Stages[0] with { Iterations = 1 }],
        MinimumLeafArea = 7,
    };

    private readonly TinyRun runs = new();

    private string Out => Path.Combine(runs.Folder, "out");

    public void Dispose() => runs.Dispose();

    [Theory]
    [InlineData("losses.csv", "pot,loss\n1,2\n")]
    [InlineData("settings.json", """{ "editor.fontSize": 12 }""")]
    [InlineData("settings.json", """{ "BatchSize": 2 }""")]
    [InlineData("report.html", "<p>another report</p>")]
    [InlineData("best.safetensors", "another run's")]
    [InlineData("overlays/photograph.jpg", "a photograph")]
    [InlineData("thesis.txt", "irreplaceable")]
    public async Task A_folder_with_other_files_in_it_is_left_alone(string name, string content)
    {
        string file = Path.Combine(Out, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);

        string said = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.BadFile, await Train()));

        Assert.Contains($"holds {name.Split('/')[0]}, which is not from a run", said, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(file));
        Assert.Single(Directory.GetFiles(Out, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_a_run_left_that_was_killed_before_its_first_checkpoint_is_written_over()
    {
        Assert.Equal(ExitCode.Done, await Train());
        string checkpoint = Path.Combine(Out, Trainer.CheckpointName);
        File.Move(checkpoint, DurableFile.PartOf(checkpoint));
        File.Delete(Path.Combine(Out, Trainer.BestName));
        File.Delete(Path.Combine(Out, "report.html"));
        File.WriteAllText(Path.Combine(Out, "lock"), "");

        Assert.Equal(ExitCode.Done, await Train());

        Assert.Equal(2, File.ReadAllLines(Path.Combine(Out, "losses.csv")).Length);
        Assert.Equal(7, JsonSerializer.Deserialize<TrainingSettings>(File.ReadAllText(Path.Combine(Out, "settings.json")), Checkpoint.Json)!.MinimumLeafArea);
    }

    [Fact]
    public async Task Pictures_that_are_trained_on_are_not_scored_on()
    {
        string mixed = Directory.CreateDirectory(Path.Combine(runs.Folder, "mixed")).FullName;
        foreach (string file in Directory.GetFiles(runs.Unseen))
        {
            File.Copy(file, Path.Combine(mixed, Path.GetFileName(file)));
        }

        File.Copy(Path.Combine(runs.Data, "plant00002_rgb.png"), Path.Combine(mixed, "copy_rgb.png"));
        File.Copy(Path.Combine(runs.Data, "plant00002_label.png"), Path.Combine(mixed, "copy_label.png"));

        string said = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.BadFile, await Train(validation: mixed)));
        string same = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.BadFile, await Train(validation: runs.Data)));

        Assert.Contains("1 of its 2 pictures are trained on too", said, StringComparison.Ordinal);
        Assert.Contains("5 of its 5 pictures", same, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public async Task Nothing_is_trained_on_pictures_without_a_leaf()
    {
        ColourMask.Write(Path.Combine(runs.Unseen, "plant00100_label.png"), new LabelMap(128, 128));

        string said = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.BadFile, await Train()));

        Assert.Contains("no picture in it has a labelled leaf", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_whose_weights_cannot_be_read_leaves_no_folder()
    {
        string weights = Path.Combine(runs.Folder, "weights.safetensors");
        File.WriteAllText(weights, "not weights, though long enough to hold a length");

        Assert.Equal(ExitCode.BadFile, await Train(weights));

        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public async Task A_run_from_a_network_that_finds_leaves_is_scored_before_its_first_step_and_ends_with_a_verdict()
    {
        string first = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.Done, await Train()));
        string checkpoint = Path.Combine(runs.Folder, "first.safetensors");
        File.Move(Path.Combine(Out, Trainer.CheckpointName), checkpoint);
        Directory.Delete(Out, recursive: true);

        string second = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.Done, await TrainFrom("--from", checkpoint)));

        Assert.DoesNotContain("step 0:", first, StringComparison.Ordinal);
        Assert.DoesNotContain("the run began from", first, StringComparison.Ordinal);
        Assert.Contains("step 0: SBD ", second, StringComparison.Ordinal);
        Assert.Contains("the one that the run began from: SBD ", second.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.StartsWith("0,", File.ReadAllLines(Path.Combine(Out, "scores.csv"))[1], StringComparison.Ordinal);
    }

    private Task<int> Train(string weights = "none", string? validation = null) => TrainFrom("--weights", weights, validation);

    private Task<int> TrainFrom(string option, string value, string? validation = null)
    {
        string settings = Path.Combine(runs.Folder, "run.json");
        File.WriteAllText(settings, JsonSerializer.Serialize(Blink, Checkpoint.Json));
        return TrainCommand.Create().Parse(["--data", runs.Data, "--validation", validation ?? runs.Unseen, "--out", Out, "--settings", settings, option, value])
            .InvokeAsync(null, TestContext.Current.CancellationToken);
    }
}
