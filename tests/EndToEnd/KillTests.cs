using System.Diagnostics;
using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EndToEnd;

/// <summary>
/// Failure 9 of the field: messages lost over a reconnect. Agent and broker are killed (SIGKILL) at moments that a seed
/// decides, while results flow as fast as they can.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const int Seed = 20261124;
    private const string Waiting = "SELECT count(*) FROM result WHERE sequence > (SELECT acknowledged_up_to FROM store)";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <remarks>
    /// mosquitto acknowledges before what it has taken is on its disk. Here it saves at every change, and has handed a result
    /// to a connected subscriber before it acknowledges it, which narrows that gap; what falls into it all the same is sent
    /// again over the next connection.
    /// </remarks>
    [Fact]
    public async Task Each_recorded_result_arrives_once_and_in_order_whoever_is_killed()
    {
        int killsOfEach = Proof.IsFull ? 50 : 3;
        int resultsPerKill = Proof.IsFull ? 100 : 20;
        using Mosquitto mosquitto = new(folder.Path, """
            autosave_on_changes true
            autosave_interval 1
            max_inflight_messages 0
            max_queued_messages 0
            """);
        await mosquitto.StartAsync();
        Rig rig = new(folder.Path, mosquitto.Address);
        Frames.Render(rig.Frames, 4);
        await using ResultTable table = new(folder.Path, mosquitto, "leafseg/v1/ghent/r17/capture");
        await table.StartAsync();
        string settings = WriteSettings();
        Random random = new(Seed);
        bool[] killsAgent = [.. Enumerable.Repeat(true, killsOfEach), .. Enumerable.Repeat(false, killsOfEach)];
        random.Shuffle(killsAgent);

        Stopwatch watch = Stopwatch.StartNew();
        ChildProcess agent = AgentProcess.Run(rig, "--loop", "--settings", settings);
        try
        {
            foreach (bool isAgent in killsAgent)
            {
                await table.UntilAsync(table.Count + (resultsPerKill / 2) + random.Next(resultsPerKill), () => agent.Errors);
                await Task.Delay(random.Next(50), TestContext.Current.CancellationToken);
                if (!isAgent)
                {
                    await mosquitto.KillAsync();
                    await mosquitto.StartAsync();
                    continue;
                }

                await agent.EndAsync("KILL");
                agent.Dispose();
                agent = AgentProcess.Run(rig, "--loop", "--settings", settings);
            }

            await table.UntilAsync(2 * killsOfEach * resultsPerKill, () => agent.Errors);
            await agent.UntilAsync("the last one runs", () => agent.Errors.Contains("Waiting for pulses", StringComparison.Ordinal));
            Assert.Equal((int)ExitCode.Done, await agent.EndAsync("TERM"));
        }
        finally
        {
            agent.Dispose();
        }

        long recorded = Ask(rig, "SELECT last_sequence FROM store");
        await table.UntilAsync(recorded - Ask(rig, Waiting), () => "the agent has stopped");
        using (ChildProcess last = AgentProcess.Run(rig, "--settings", settings, "--captures", "1"))
        {
            // Thousands may wait where the broker is slower than the camera.
            await table.UntilAsync(recorded + 1, () => last.Errors);
            Assert.Equal((int)ExitCode.Done, await last.ExitCodeAsync());
        }

        recorded = Ask(rig, "SELECT last_sequence FROM store");
        await table.UntilAsync(recorded, () => "the last agent has stopped");
        Proof.Report($"{recorded} results, {killsOfEach} kills of the agent and {killsOfEach} of the broker in {watch.Elapsed.TotalSeconds:0} s: {table.Count} rows, {table.Deliveries - table.Count} second deliveries");
        Assert.Equal(0, Ask(rig, Waiting));
        Assert.Equal(1, Ask(rig, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"));
        Assert.Equal(1, table.Sessions);
        IReadOnlyList<(string Boot, long Sequence)> rows = table.Rows();
        Assert.Equal(Enumerable.Range(1, (int)recorded).Select(i => (long)i), rows.Select(r => r.Sequence));
        Assert.Single(rows.Select(r => r.Boot).Distinct());
    }

    /// <summary>A pulse asks for pictures faster than they can be measured.</summary>
    private string WriteSettings()
    {
        string path = Path.Combine(folder.Path, "settings.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            triggers = new { gpio = new { chip = "simulated", burstPictures = 1000, burstEveryMs = 2 } },
            broker = new { retryFirstSeconds = 0.1, retryLongestSeconds = 0.5 },
            overlays = new { keep = 10 },

            // Some two hundred of these small results.
            outbox = new { resendMegabytes = 0.2 },
        }));
        return path;
    }

    private static long Ask(Rig rig, string question)
    {
        using SqliteConnection outbox = new($"Data Source={Path.Combine(rig.State, "outbox.db")};Pooling=False");
        outbox.Open();
        using SqliteCommand command = outbox.CreateCommand();
#pragma warning disable CA2100 // Constants of this test.
        command.CommandText = question;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
