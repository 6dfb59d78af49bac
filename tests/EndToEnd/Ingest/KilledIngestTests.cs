using System.Diagnostics;
using System.Text.Json;
using LeafSeg.EdgeAgent.Faults;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EndToEnd.Ingest;

/// <summary>Whoever is killed between the camera and the committed row: each result is there once.</summary>
public sealed class KilledIngestTests
{
    private const int Seed = 20261130;

    [Fact]
    public async Task Each_recorded_result_is_in_the_database_once_whoever_is_killed()
    {
        int kills = Proof.IsFull ? 50 : 8;
        int resultsPerKill = Proof.IsFull ? 200 : 40;
        await using Postgres postgres = await Postgres.StartAsync();
        await using FleetBench bench = await FleetBench.StartAsync(await postgres.DatabaseAsync());
        Dictionary<string, ChildProcess> ingesters = new()
        {
            ["a"] = await bench.IngesterAsync("a", batchSize: 20),
            ["b"] = await bench.IngesterAsync("b", batchSize: 20),
        };
        Rig[] rigs = [.. new[] { "r1", "r2" }.Select(name => new Rig(Directory.CreateDirectory(Path.Combine(bench.Folder, name)).FullName, bench.Mosquitto.Address) { Name = name })];
        string settings = WriteSettings(bench.Folder);
        List<ChildProcess> agents = [];
        foreach (Rig rig in rigs)
        {
            Frames.Render(rig.Frames, 2);
            agents.Add(AgentProcess.Run(rig, "--loop", "--settings", settings));
        }

        Random random = new(Seed);
        Stopwatch watch = Stopwatch.StartNew();
        string[] all = [.. Enumerable.Range(0, kills).Select(i => new[] { "ingester", "ingester", "database", "broker" }[i % 4])];
        random.Shuffle(all);
        foreach (string victim in all)
        {
            long reached = await bench.CountAsync("leafseg.captures") + (resultsPerKill / 2) + random.Next(resultsPerKill);
            await agents[0].ProgressAsync("results in the database", reached, () => bench.CountAsync("leafseg.captures"));
            await Task.Delay(random.Next(50), TestContext.Current.CancellationToken);
            Assert.All(ingesters.Values, ingester => Assert.False(ingester.HasExited, ingester.Errors));
            switch (victim)
            {
                case "ingester":
                    string name = random.Next(2) == 0 ? "a" : "b";
                    await ingesters[name].EndAsync("KILL");
                    await Task.Delay(random.Next(500), TestContext.Current.CancellationToken);
                    ingesters[name] = bench.StartIngester(name, batchSize: 20);
                    break;
                case "database":
                    await (random.Next(2) == 0 ? postgres.CrashAsync() : postgres.StopAsync());
                    await postgres.RunServerAsync();
                    break;
                default:
                    await bench.Mosquitto.KillAsync();
                    await bench.Mosquitto.StartAsync();
                    break;
            }
        }

        foreach (ChildProcess agent in agents)
        {
            Assert.Equal((int)ExitCode.Done, await agent.EndAsync("TERM"));
            agent.Dispose();
        }

        // What a rig could not send before it stopped, it sends at its next start.
        long recorded = 0;
        foreach (Rig rig in rigs)
        {
            using ChildProcess last = AgentProcess.Run(rig, "--settings", settings, "--captures", "1");
            Assert.True(await last.ExitCodeAsync() == (int)ExitCode.Done, last.Errors);
            recorded += Recorded(Path.Combine(rig.State, "outbox.db"));
        }

        await ingesters["a"].ProgressAsync("all results in the database", recorded, () => bench.CountAsync("leafseg.captures"));
        Proof.Report($"{recorded} results of {rigs.Length} rigs, {kills} kills in {watch.Elapsed.TotalSeconds:0} s");
        Assert.Equal(recorded, await bench.CountAsync("leafseg.captures"));
        Assert.Equal(recorded, await bench.CountAsync("(select distinct rig_id, sequence from leafseg.captures) distinct_results"));
        Assert.Equal(recorded, await bench.CountAsync("leafseg.plant_series"));
        Assert.Equal(
            await bench.RowsAsync("select sum(leaf_count) from leafseg.measurements"),
            await bench.RowsAsync("select count(*) from leafseg.leaves"));
        Assert.Empty(await bench.RowsAsync("select * from leafseg.gaps"));
        Assert.Empty(await bench.RowsAsync("select topic, reason from leafseg.set_aside"));
        await bench.UntilAsync(2, "leafseg.rig_state where status = 'stopped'");
    }

    /// <summary>A real file system that is full: results wait at the broker, and go on once there is room.</summary>
    [Fact]
    public async Task A_full_disk_loses_nothing()
    {
        await using Postgres postgres = await Postgres.StartAsync();
        string small = Path.Combine(postgres.Folder, "small");
        await Postgres.RunAsUserAsync("mkdir", small);
        string[] asRoot = Environment.UserName == "root" ? ["env"] : ["sudo", "-n"];
        using (ChildProcess mount = new(asRoot[0], [.. asRoot[1..], "mount", "-t", "tmpfs", "-o", "size=24m,mode=777", "leafseg-test", small]))
        {
            Assert.True(await mount.ExitCodeAsync() == 0, mount.Errors);
        }

        try
        {
            await Postgres.RunAsUserAsync("mkdir", "-m", "700", Path.Combine(small, "space"));
            string database = await postgres.DatabaseAsync();
            await Postgres.ExecuteAsync(database, $"create tablespace small location '{small}/space'");
            await Postgres.ExecuteAsync(postgres.ConnectionString("postgres"), $"alter database {new Npgsql.NpgsqlConnectionStringBuilder(database).Database} set default_tablespace = small");
            await using FleetBench bench = await FleetBench.StartAsync(database);
            using ChildProcess ingester = await bench.IngesterAsync();
            await bench.PublishAsync(EdgeAgent.Tests.Outbox.Captures.Any(1));
            await bench.UntilAsync(1, "leafseg.captures");

            string filler = Path.Combine(small, "filler");
            using (ChildProcess fill = new("dd", "if=/dev/zero", $"of={filler}", "bs=4k"))
            {
                Assert.NotEqual(0, await fill.ExitCodeAsync());
            }

            await bench.PublishAsync(Enumerable.Range(2, 2999).Select(i => EdgeAgent.Tests.Outbox.Captures.Any(i)));
            await ingester.UntilAsync("the disk is named", () => ingester.Errors.Contains("the database's disk is full", StringComparison.Ordinal));
            Assert.False(ingester.HasExited);
            File.Delete(filler);
            await bench.UntilAsync(3000, "leafseg.captures");
            Assert.Equal(6000, await bench.CountAsync("leafseg.leaves"));
            Assert.Empty(await bench.RowsAsync("select topic, reason from leafseg.set_aside"));
        }
        finally
        {
            await postgres.CrashAsync();
            using ChildProcess unmount = new(asRoot[0], [.. asRoot[1..], "umount", "--lazy", small]);
            await unmount.ExitCodeAsync();
        }
    }

    private static string WriteSettings(string folder)
    {
        string path = Path.Combine(folder, "rig.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            triggers = new { gpio = new { chip = "simulated", burstPictures = 1000, burstEveryMs = 10 } },
            broker = new { retryFirstSeconds = 0.1, retryLongestSeconds = 0.5 },
            overlays = new { keep = 0 },
        }));
        return path;
    }

    /// <summary>All results that this outbox ever recorded.</summary>
    internal static long Recorded(string file)
    {
        using SqliteConnection outbox = new($"Data Source={file};Pooling=False");
        outbox.Open();
        using SqliteCommand command = outbox.CreateCommand();
        command.CommandText = "SELECT last_sequence FROM store";
        return (long)command.ExecuteScalar()!;
    }
}
