using System.Text.Json;
using LeafSeg.EdgeAgent.Backup;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>A rig is backed up while it runs as fast as it can and its broker is away; its disk is lost; another machine takes over.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly Greenhouse house = new();

    public void Dispose() => house.Dispose();

    [Fact]
    public async Task A_restored_rig_loses_nothing_recorded_before_the_backup_and_no_result_counts_twice()
    {
        Rig rig = house.Rig;
        await house.StartAsync(frames: 4);
        await using ResultTable table = new(house.Folder, house.Mosquitto, "leafseg/v1/ghent/r17/capture");
        await table.StartAsync();
        string settings = Path.Combine(house.Folder, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            site = "ghent",
            rig = "r17",
            stateFolder = rig.State,
            triggers = new { gpio = new { chip = "simulated", burstPictures = 1000, burstEveryMs = 2 } },
            broker = new { retryFirstSeconds = 0.1, retryLongestSeconds = 0.5 },
        }), TestContext.Current.CancellationToken);

        string file = Path.Combine(house.Folder, "r17.leafseg");
        BackupManifest manifest;
        using (ChildProcess agent = AgentProcess.Run(rig, "--loop", "--settings", settings))
        {
            await table.UntilAsync(30, () => agent.Errors);
            await house.Mosquitto.KillAsync();
            long before = await RecordedAsync(rig, agent);
            await agent.UntilAsync("results wait", async () => await RecordedAsync(rig, agent) > before + 20);

            using ChildProcess backup = AgentProcess.Start("backup", file, "--settings", settings);
            Assert.True(await backup.ExitCodeAsync() == (int)ExitCode.Done, backup.Errors);
            Assert.Contains("rig ghent/r17", Assert.Single(backup.Output), StringComparison.Ordinal);
            using (BackupFile opened = BackupFile.Open(file))
            {
                manifest = opened.Manifest;
            }

            // It may run on, and its folder is refused as long as it does.
            before = await RecordedAsync(rig, agent);
            await agent.UntilAsync("the rig goes on", async () => await RecordedAsync(rig, agent) > before + 20);
            using ChildProcess refused = AgentProcess.Start("restore", file, "--force");
            Assert.Equal((int)ExitCode.Machine, await refused.ExitCodeAsync());
            Assert.Contains("stop it first", refused.Errors, StringComparison.Ordinal);
            await agent.EndAsync("KILL");
        }

        Assert.True(manifest.Recorded > 50 && manifest.Waiting > 20, manifest.ToString());
        Rig second = new(house.Folder, house.Mosquitto.Address) { State = Path.Combine(house.Folder, "second") };
        using (ChildProcess restore = AgentProcess.Start("restore", file, "--state", second.State))
        {
            Assert.True(await restore.ExitCodeAsync() == (int)ExitCode.Done, restore.Errors);
        }

        await house.Mosquitto.StartAsync();
        using (ChildProcess agent = AgentProcess.Run(second, "--loop", "--settings", settings))
        {
            await table.UntilAsync(manifest.Recorded + 20, () => agent.Errors);
            Assert.Equal((int)ExitCode.Done, await agent.EndAsync("TERM"));
        }

        string[] boots = [.. table.Rows().Select(row => row.Boot).Distinct()];
        Assert.Equal(2, boots.Length);
        Assert.Equal(Enumerable.Range(1, (int)manifest.Recorded).Select(i => (long)i), Sequences(table, boots[0]));
        long[] later = Sequences(table, boots[1]);
        Assert.Equal(Enumerable.Range((int)manifest.Recorded + 1, later.Length).Select(i => (long)i), later);

        // The disk was not lost after all: what the first rig had recorded since comes too, each once and under its own boot.
        using (ChildProcess agent = AgentProcess.Run(rig, "--settings", settings, "--captures", "1"))
        {
            Assert.True(await agent.ExitCodeAsync() == (int)ExitCode.Done, agent.Errors);
        }

        await table.UntilAsync(table.Count, () => "");
        (string Boot, long Sequence)[] rows = [.. table.Rows()];
        Assert.Equal(rows.Length, rows.Distinct().Count());
    }

    private static long[] Sequences(ResultTable table, string boot) => [.. table.Rows().Where(row => row.Boot == boot).Select(row => row.Sequence).Order()];

    private static async Task<long> RecordedAsync(Rig rig, ChildProcess agent)
    {
        Assert.False(agent.HasExited, agent.Errors);
        return await AgentProcess.StatusAsync(rig.StatusPort) is { } status ? status.GetProperty("results").GetInt64() : 0;
    }
}
