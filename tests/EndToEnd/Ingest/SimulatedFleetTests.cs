using System.Diagnostics;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd.Ingest;

/// <summary>A fleet in one process, the real broker, two ingesters and the database.</summary>
public sealed class SimulatedFleetTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Every_result_of_every_rig_is_in_the_database_once_whatever_befalls_the_rigs()
    {
        int rigs = Proof.IsFull ? 500 : 40;
        await using FleetBench bench = await FleetBench.StartAsync(await postgres.Server.DatabaseAsync());
        await bench.IngesterAsync("a");
        await bench.IngesterAsync("b");
        string state = Path.Combine(bench.Folder, "fleet");
        using ChildProcess fleet = AgentProcess.Start(
            "simulate", "--rigs", $"{rigs}", "--site", "ghent", "--broker", bench.Mosquitto.Address, "--every", "1", "--pictures", "5", "--size", "64",
            "--model", TinyModel.Write(TinyModel.Build(), bench.Folder), "--state", state, "--ailing", "20", "--power-cuts", "200", "--outages", "200", "--outage-seconds", "3");
        await fleet.ProgressAsync("results in the database", 20 * rigs, () => bench.CountAsync("leafseg.captures"));
        Assert.Equal(rigs, await bench.CountAsync("leafseg.rig_state where health_time is not null"));
        Assert.NotEqual(0, await bench.CountAsync("leafseg.health where alarms <> '{}'"));

        // The broker dies, too.
        await bench.Mosquitto.KillAsync();
        await bench.Mosquitto.StartAsync();
        await fleet.ProgressAsync("results in the database", await bench.CountAsync("leafseg.captures") + (10 * rigs), () => bench.CountAsync("leafseg.captures"));
        using Process process = Process.GetProcessById(fleet.Id);
        Assert.True(process.WorkingSet64 < 2_000_000_000, $"{process.WorkingSet64 / 1e6:0} MB");
        int code = await fleet.EndAsync("TERM");
        Assert.True(code == (int)ExitCode.Done, fleet.Errors);

        // What is left in the outboxes is sent at the next start.
        using ChildProcess again = AgentProcess.Start(
            "simulate", "--rigs", $"{rigs}", "--site", "ghent", "--broker", bench.Mosquitto.Address, "--every", "2", "--pictures", "2", "--size", "64",
            "--model", TinyModel.Write(TinyModel.Build(), bench.Folder), "--state", state, "--captures", $"{6 * rigs}");
        Assert.True(await again.ExitCodeAsync() == (int)ExitCode.Done, again.Errors);
        long recorded = Directory.GetFiles(state, "outbox.db", SearchOption.AllDirectories).Where(file => !file.Contains("season", StringComparison.Ordinal)).Sum(KilledIngestTests.Recorded);
        await again.UntilAsync("all results in the database", async () => await bench.CountAsync("leafseg.captures") >= recorded - Waiting(again));

        // What a rig believes to wait may have arrived already; what has arrived has no holes.
        Assert.InRange(await bench.CountAsync("leafseg.captures"), recorded - Waiting(again), recorded);
        Assert.Empty(await bench.RowsAsync("select rig_id, max(sequence), count(*), count(distinct sequence) from leafseg.captures group by 1 having max(sequence) <> count(*) or count(*) <> count(distinct sequence)"));
        Assert.Equal(rigs, await bench.CountAsync("(select distinct rig_id from leafseg.captures) one"));
        Assert.Empty(await bench.RowsAsync("select * from leafseg.gaps"));
        Assert.Empty(await bench.RowsAsync("select topic, reason from leafseg.set_aside"));

        // Power cuts: more boots than rigs.
        Assert.True(await bench.CountAsync("(select distinct rig_id, boot from leafseg.captures) one") > rigs);
        Proof.Report($"{recorded} results of {rigs} rigs");
    }

    /// <summary>What its last line says is still in the outboxes.</summary>
    private static long Waiting(ChildProcess fleet) => fleet.Errors.Split('\n')
        .Where(line => line.Contains("results wait in the outboxes", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)).LastOrDefault();
}
