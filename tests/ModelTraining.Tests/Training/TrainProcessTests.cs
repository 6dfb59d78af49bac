using System.Text.Json;
using LeafSeg.Common.Storage;
using LeafSeg.EndToEnd;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.ModelTraining.Tests.Training;

/// <summary>The real program, killed, interrupted and on a full disk.</summary>
public sealed class TrainProcessTests : IDisposable
{
    private static readonly TrainingSettings Steady = TinyRun.Settings with { CheckpointEvery = 1, ValidateEvery = 3 };

    private readonly TinyRun runs = new();

    public void Dispose() => runs.Dispose();

    [Fact]
    public async Task A_run_killed_at_any_moment_ends_with_the_weights_of_one_that_was_not()
    {
        string whole = At("whole"), killed = At("killed");
        using (ChildProcess process = Start(whole, Steady))
        {
            Assert.True(await process.ExitCodeAsync() == ExitCode.Done, process.Errors);
        }

        // Whatever the moment is on a loaded machine, the end has to be the same.
        await KillWhen(killed, "a checkpoint is half written", () => File.Exists(DurableFile.PartOf(CheckpointOf(killed))));
        await KillWhen(killed, "a step was logged", () => new FileInfo(Path.Combine(killed, "losses.csv")) is { Exists: true, Length: > 100 });
        await KillWhen(killed, "it was validated", () => File.Exists(Path.Combine(killed, "report.html")));
        using (ChildProcess process = Start(killed, Steady))
        {
            Assert.True(await process.ExitCodeAsync() == ExitCode.Done, process.Errors);
        }

        TinyRun.AssertSameWeights(CheckpointOf(whole), CheckpointOf(killed));
        TinyRun.AssertSameWeights(Path.Combine(whole, Trainer.BestName), Path.Combine(killed, Trainer.BestName));
        Assert.Equal(TinyRun.Steps(whole), TinyRun.Steps(killed));
        Assert.Equal(File.ReadAllText(Path.Combine(whole, "scores.csv")), File.ReadAllText(Path.Combine(killed, "scores.csv")));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_to_end_ends_the_run_with_a_checkpoint(string signal)
    {
        TrainingSettings endless = Steady with { Stages = [Steady.Stages[0] with { Iterations = 100_000 }], CheckpointEvery = 1_000_000, ValidateEvery = 1_000_000 };
        string run = At("signals");
        using ChildProcess process = Start(run, endless);
        await process.UntilAsync("it trains", () => process.Errors.Contains(" steps, ", StringComparison.Ordinal));

        Assert.Equal(ExitCode.Interrupted, await process.EndAsync(signal));

        int stoppedAt = Checkpoint.Read(CheckpointOf(run)).State.Step;
        Assert.Contains($"Interrupted at step {stoppedAt};", process.Errors, StringComparison.Ordinal);
        Assert.InRange(stoppedAt, 1, 100_000);
    }

    [Theory]
    [InlineData("checkpoint.safetensors")]
    [InlineData("losses.csv")]
    [InlineData("report.html")]
    public async Task A_full_disk_ends_the_run_with_a_message_and_leaves_the_checkpoint_whole(string file)
    {
        string run = runs.Train("full", Steady, stopAfter: 1);
        byte[] before = File.ReadAllBytes(CheckpointOf(run));
        // Every write to this device fails as on a full disk.
        File.CreateSymbolicLink(DurableFile.PartOf(Path.Combine(run, file)), "/dev/full");

        using ChildProcess process = Start(run, Steady);

        Assert.Equal(ExitCode.DiskFull, await process.ExitCodeAsync());
        Assert.Contains("The disk is full at step", process.Errors, StringComparison.Ordinal);
        Assert.Contains("Free some space and go on with --resume.", process.Errors, StringComparison.Ordinal);
        if (file != "report.html")
        {
            Assert.Equal(before, File.ReadAllBytes(CheckpointOf(run)));
        }

        runs.Resume(run);
        Assert.Equal(Steady.Iterations, Checkpoint.Read(CheckpointOf(run)).State.Step);
    }

    [Fact]
    public async Task Resume_takes_no_other_settings_and_needs_a_checkpoint()
    {
        string settings = At("settings.json");
        File.WriteAllText(settings, JsonSerializer.Serialize(Steady, Checkpoint.Json));
        using ChildProcess both = new(Program, ["train", "--data", runs.Data, "--validation", runs.Unseen, "--out", At("none"), "--resume", "--settings", settings]);
        using ChildProcess none = new(Program, ["train", "--data", runs.Data, "--validation", runs.Unseen, "--out", At("none"), "--resume"]);

        Assert.Equal(ExitCode.BadArgument, await both.ExitCodeAsync());
        Assert.Contains("expected --resume alone", both.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadFile, await none.ExitCodeAsync());
        Assert.Contains("start it again without --resume", none.Errors, StringComparison.Ordinal);
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "leafseg-train");

    private static string CheckpointOf(string run) => Path.Combine(run, Trainer.CheckpointName);

    private string At(string name) => Path.Combine(runs.Folder, name);

    private async Task KillWhen(string run, string moment, Func<bool> hasCome)
    {
        using ChildProcess process = Start(run, Steady);
        while (!process.HasExited && !hasCome())
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        if (!process.HasExited)
        {
            await process.EndAsync("KILL");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"killed when {moment}: {File.Exists(CheckpointOf(run))}");
    }

    /// <summary>Begins the run, or goes on with it.</summary>
    private ChildProcess Start(string run, TrainingSettings settings)
    {
        string[] common = ["train", "--data", runs.Data, "--validation", runs.Unseen, "--out", run];
        if (File.Exists(CheckpointOf(run)))
        {
            return new ChildProcess(Program, [.. common, "--resume"]);
        }

        string file = At("run.json");
        File.WriteAllText(file, JsonSerializer.Serialize(settings, Checkpoint.Json));
        return new ChildProcess(Program, [.. common, "--settings", file, "--weights", "none"]);
    }
}
