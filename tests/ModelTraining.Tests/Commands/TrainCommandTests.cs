using System.Text.Json;
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

        string said = await Said.By(async () => Assert.Equal(ExitCode.BadFile, await Train()));

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
    public async Task A_run_whose_weights_cannot_be_read_leaves_no_folder()
    {
        string weights = Path.Combine(runs.Folder, "weights.safetensors");
        File.WriteAllText(weights, "not weights, though long enough to hold a length");

        Assert.Equal(ExitCode.BadFile, await Train(weights));

        Assert.False(Directory.Exists(Out));
    }

    private Task<int> Train(string weights = "none")
    {
        string settings = Path.Combine(runs.Folder, "run.json");
        File.WriteAllText(settings, JsonSerializer.Serialize(Blink, Checkpoint.Json));
        return TrainCommand.Create().Parse(["--data", runs.Data, "--validation", runs.Data, "--out", Out, "--settings", settings, "--weights", weights])
            .InvokeAsync(null, TestContext.Current.CancellationToken);
    }
}
