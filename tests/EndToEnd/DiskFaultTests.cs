using LeafSeg.EdgeAgent.Faults;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EndToEnd;

/// <summary>Failure 12 of the field on the whole program: strace makes the kernel refuse what outbox and overlays ask of it.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private readonly Greenhouse house = new();

    public void Dispose() => house.Dispose();

    /// <param name="calls">What is refused.</param>
    /// <param name="error">Why.</param>
    /// <param name="when">Which calls of each thread.</param>
    /// <param name="expected">What the agent says of it.</param>
    [Theory]
    [InlineData("pwrite64", "ENOSPC", "40..41", "results cannot be written to the disk")]
    [InlineData("fsync,fdatasync", "EIO", "15..16", "results cannot be written to the disk")]
    [InlineData("rename,renameat,renameat2", "EIO", "1..4", "An overlay was not written")]
    public async Task Results_outlive_a_disk_that_refuses_for_a_while(string calls, string error, string when, string expected)
    {
        Rig rig = house.Rig;
        await house.StartAsync(frames: 4);
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);

        // A disk that refuses at the start is another case: the agent says so and ends.
        using (ChildProcess whole = AgentProcess.Run(rig, "--captures", "1"))
        {
            Assert.Equal((int)ExitCode.Done, await whole.ExitCodeAsync());
        }

        string trace = Path.Combine(house.Folder, "strace.txt");
        using (ChildProcess agent = new("strace", [
            "-f", "-qq", "--seccomp-bpf", "-o", trace, "-e", $"trace={calls}", "-e", $"inject={calls}:error={error}:when={when}",
            Path.Combine(AppContext.BaseDirectory, "leafseg-agent"),
            "run", "--frames", rig.Frames, "--loop", "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State,
            "--status-port", $"{rig.StatusPort}", "--site", "ghent", "--rig", "r17", "--plant", "a3", "--interval", "0.1", "--captures", "40"]))
        {
            int code = await agent.ExitCodeAsync();
            Assert.True(code == (int)ExitCode.Done, agent.Errors);
            Assert.Contains("(INJECTED)", await File.ReadAllTextAsync(trace, TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.Contains(expected, agent.Errors, StringComparison.Ordinal);
        }

        await subscriber.UntilAsync("the clean stop", () => subscriber.On("/status").Count(s => s == "stopped") == 2);
        string[] distinct = PictureToTopicTests.Distinct(subscriber);
        MessageCheck.AssertOnceAndInOrder(distinct, first: 1, count: distinct.Length);
        Assert.True(distinct.Length >= 41);
        Assert.Empty(Directory.GetFiles(Path.Combine(rig.State, "overlays"), "*.part"));
        using SqliteConnection outbox = new($"Data Source={Path.Combine(rig.State, "outbox.db")};Pooling=False");
        outbox.Open();
        using SqliteCommand check = outbox.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", check.ExecuteScalar());
    }
}
