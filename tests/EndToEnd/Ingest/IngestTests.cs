using System.Globalization;
using System.Text;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Tests.Outbox;

namespace LeafSeg.EndToEnd.Ingest;

/// <summary>The real program between a real mosquitto and a real PostgreSQL.</summary>
public sealed class IngestTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Topic = "leafseg/v1/ghent/r17/";

    [Fact]
    public async Task What_a_rig_publishes_is_in_the_tables_and_the_views()
    {
        await using FleetBench bench = await FleetBench.StartAsync(await postgres.Server.DatabaseAsync());
        using ChildProcess ingester = await bench.IngesterAsync();
        Rig rig = new(bench.Folder, bench.Mosquitto.Address);
        Frames.Render(rig.Frames, 3);
        using Subscriber subscriber = await Subscriber.StartAsync(bench.Mosquitto);
        using (ChildProcess agent = AgentProcess.Run(rig, "--captures", "3"))
        {
            Assert.True(await agent.ExitCodeAsync() == (int)ExitCode.Done, agent.Errors);
        }

        await bench.UntilAsync(3, "leafseg.plant_series where site = 'ghent' and rig = 'r17' and plant = 'a3'");
        await subscriber.UntilAsync("three results", () => subscriber.On("/capture").Count == 3);
        CaptureResult[] published = [.. subscriber.On("/capture").Select(text => MessageJson.ReadCapture(Encoding.UTF8.GetBytes(text)))];
        Assert.Equal(
            published.Select(p => FormattableString.Invariant($"{p.Id}|{p.Sequence}|{p.Time:yyyy-MM-dd HH:mm:ss.FFF}+00|{p.Plants[0].LeafCount}|{p.Plants[0].ProjectedLeafAreaPx}|{p.Plants[0].Leaves!.Count}")),
            await bench.RowsAsync("""
                select c.id, c.sequence, s.time, s.leaf_count, s.projected_leaf_area_px, (select count(*) from leafseg.leaf_series l where l.capture = c.id)
                from leafseg.captures c join leafseg.plant_series s on s.capture = c.id order by c.sequence
                """));

        // Clean stop: the states too.
        await bench.UntilAsync(1, $"leafseg.rig_state where status = 'stopped' and model_version = '{published[0].Model.Version}' and health_time is not null");
        Assert.Empty(await bench.RowsAsync("select * from leafseg.gaps"));
        Assert.Empty(await bench.RowsAsync("select topic, reason from leafseg.set_aside"));
        Assert.Equal((int)ExitCode.Done, await ingester.EndAsync("TERM"));
    }

    [Fact]
    public async Task A_message_that_cannot_be_written_is_set_aside_with_its_reason_and_the_rest_goes_on()
    {
        await using FleetBench bench = await FleetBench.StartAsync(await postgres.Server.DatabaseAsync());
        CaptureResult good = Captures.Any(1);
        CapturedPlant plant = good.Plants[0];
        (string Topic, byte[] Payload, string Reason)[] bad =
        [
            (Topic + "capture", "no JSON"u8.ToArray(), "line 1"),
            (Topic + "capture", [], "line 1"),
            (Topic + "capture", """{ "schema": "leafseg.capture/2", "id": 7 }"""u8.ToArray(), "\"leafseg.capture/2\", expected major version 1"),
            (Topic + "capture", MessageJson.Write(good with { Rig = "r18" }), "found a result of ghent/r18, expected one of ghent/r17"),
            (Topic + "capture", MessageJson.Write(good with { Id = Guid.NewGuid() }), "version 7"),
            (Topic + "capture", MessageJson.Write(good with { Id = Guid.CreateVersion7(), Boot = "\0" }), "0x00"),
            (Topic + "capture", MessageJson.Write(good with { Id = Guid.CreateVersion7(), Plants = [plant with { Plant = "a\0b" }] }), "0x00"),
            (Topic + "capture", MessageJson.Write(good with { Id = Guid.CreateVersion7(), Plants = [plant, plant] }), "duplicate key"),
            (Topic + "capture", MessageJson.Write(good with { Id = Guid.CreateVersion7(), Plants = [plant with { Leaves = [plant.Leaves![0] with { Leaf = 40000 }] }] }), "Arithmetic"),
            (Topic + "capture", MessageJson.Write(good with { Id = Guid.CreateVersion7(), Plants = [plant with { Leaves = [plant.Leaves![0] with { Box = [1] }] }] }), "expected 2 and 4"),
            (Topic + "status", "asleep"u8.ToArray(), "online, stopped, offline"),
            (Topic + "alarm/disk-low", "[]"u8.ToArray(), "line 1"),
        ];

        // All in one batch: they wait while the ingester is away.
        using (ChildProcess first = await bench.IngesterAsync())
        {
            await first.EndAsync("KILL");
        }

        int sequence = 0;
        foreach ((string topic, byte[] payload, _) in bad)
        {
            await bench.PublishAsync(Captures.Any(++sequence));
            await bench.PublishAsync([(topic, payload, false)]);
        }

        await bench.PublishAsync(Captures.Any(++sequence));
        using ChildProcess ingester = await bench.IngesterAsync();
        await bench.UntilAsync(sequence, "leafseg.captures");
        await bench.UntilAsync(bad.Length, "leafseg.set_aside");
        foreach ((string topic, byte[] payload, string reason) in bad)
        {
            string row = Assert.Single(await bench.RowsAsync($"select reason from leafseg.set_aside where topic = '{topic}' and payload = '\\x{Convert.ToHexString(payload)}'"));
            Assert.Contains(reason, row, StringComparison.Ordinal);
        }

        // Nothing of them is left anywhere else.
        Assert.Equal(sequence, await bench.CountAsync("leafseg.measurements"));
        Assert.Equal(2 * sequence, await bench.CountAsync("leafseg.leaves"));

        // What an older program set aside is written by a newer one; the rest stays.
        CaptureResult later = Captures.Any(++sequence);
        await Postgres.ExecuteAsync(bench.Database, $"insert into leafseg.set_aside values ('\\x00', now(), '{Topic}capture', '\\x{Convert.ToHexString(MessageJson.Write(later))}', 'too new')");
        await ingester.EndAsync("TERM");
        using ChildProcess retry = AgentProcess.Start("ingest", "retry", "--database", bench.Database, "--name", "a");
        Assert.True(await retry.ExitCodeAsync() == 0, retry.Errors);
        Assert.StartsWith($"1 messages written, {bad.Length} refused again", retry.Output[0], StringComparison.Ordinal);
        Assert.Equal(1, await bench.CountAsync($"leafseg.captures where id = '{later.Id}'"));
        Assert.Equal(bad.Length, await bench.CountAsync("leafseg.set_aside where reason <> 'too new'"));
    }

    [Fact]
    public async Task Names_with_apostrophes_are_names()
    {
        const string Name = "O'Brien'; drop table leafseg.rigs; --";
        string database = await postgres.Server.DatabaseAsync("o'brien");
        await using FleetBench bench = await FleetBench.StartAsync(database);
        using ChildProcess ingester = await bench.IngesterAsync();
        CaptureResult capture = Captures.Any(1);
        await bench.PublishAsync(capture with { Camera = capture.Camera with { Name = Name }, Model = capture.Model with { Name = Name } });
        await bench.PublishAsync([(Topic + "alarm/camera-lost", MessageJson.Write(new Alarm { Since = DateTimeOffset.UnixEpoch, Severity = AlarmSeverity.Critical, Detail = Name }), true)]);
        await bench.UntilAsync(1, "leafseg.alarms");
        await bench.UntilAsync(1, "leafseg.captures");
        Assert.Equal([$"{Name}|{Name}"], await bench.RowsAsync("select camera, name from leafseg.captures join leafseg.models using (model_id)"));
        Assert.Equal([$"{Name}|critical"], await bench.RowsAsync("select detail, severity from leafseg.alarms"));
        await bench.PublishAsync([(Topic + "alarm/camera-lost", [], true)]);
        await bench.UntilAsync(0, "leafseg.alarms");
    }

    [Fact]
    public async Task A_capture_counts_once_whenever_its_clock_is_set_right()
    {
        await using FleetBench bench = await FleetBench.StartAsync(await postgres.Server.DatabaseAsync());
        using ChildProcess ingester = await bench.IngesterAsync();

        // The id was made in 1970, and its time is corrected at each resend by another moment.
        CaptureResult capture = Captures.Any(1) with { Id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeSeconds(77)) };
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await bench.PublishAsync(capture, capture with { Time = now }, capture with { Time = now.AddMilliseconds(1) }, Captures.Any(2));
        await bench.UntilAsync(1, "leafseg.captures where sequence = 2");
        Assert.Equal(["1|captures_default|1970-01-01 00:01:17+00"], await bench.RowsAsync("select count(*), min(tableoid::regclass::text), min(taken) from leafseg.captures where sequence = 1"));
        Assert.Equal(2, await bench.CountAsync("leafseg.measurements"));
    }

    [Fact]
    public async Task Months_get_their_partitions_and_are_forgotten_by_the_month()
    {
        await using FleetBench bench = await FleetBench.StartAsync(await postgres.Server.DatabaseAsync());
        using ChildProcess ingester = await bench.IngesterAsync();
        DateTimeOffset[] times = [new(2025, 2, 28, 23, 59, 59, 999, TimeSpan.Zero), new(2025, 3, 1, 0, 0, 0, TimeSpan.Zero), DateTimeOffset.UtcNow, new(2040, 5, 1, 0, 0, 0, TimeSpan.Zero)];
        await bench.PublishAsync(times.Select((time, i) => Captures.Any(i) with { Id = Guid.CreateVersion7(time), Time = time }));
        await bench.UntilAsync(4, "leafseg.leaf_series where leaf = 1");
        string month = DateTimeOffset.UtcNow.ToString("yyyy_MM", CultureInfo.InvariantCulture);
        Assert.Equal(["captures_2025_02", "captures_2025_03", $"captures_{month}", "captures_default"],
            await bench.RowsAsync("select relname from pg_class where oid in (select tableoid from leafseg.captures) order by 1"));

        // A month that comes at last takes its rows out of the default partition.
        await Postgres.ExecuteAsync(bench.Database, "select leafseg.add_month('2040-05-17Z')");
        Assert.Equal(1, await bench.CountAsync("leafseg.leaves_2040_05 where leaf = 1"));
        Assert.Equal(0, await bench.CountAsync("leafseg.leaves_default"));
        Assert.Equal(4, await bench.CountAsync("leafseg.leaf_series where leaf = 1"));

        Assert.Equal(["2"], await bench.RowsAsync("select leafseg.forget('leaves', '30 days')"));
        Assert.Equal(2, await bench.CountAsync("leafseg.leaf_series where leaf = 1"));
        Assert.Equal(4, await bench.CountAsync("leafseg.plant_series"));
    }

    /// <summary>Timescale takes tables that have no partitions of their own. It is not in Debian: that it takes them is not run here.</summary>
    [Fact]
    public async Task The_tables_serve_without_partitions_too()
    {
        string database = await postgres.Server.DatabaseAsync();
        string schema = Path.Combine(AppContext.BaseDirectory, "postgres", "schema.sql");
        using (ChildProcess psql = new("sh", "-c", $"sed -e 's/ partition by range (.*)//' -e '/_default partition of/d' '{schema}' | psql -X -q -1 -v ON_ERROR_STOP=1 '{Uri(database)}'"))
        {
            Assert.True(await psql.ExitCodeAsync() == 0, psql.Errors);
        }

        await using FleetBench bench = await FleetBench.StartAsync(database);
        Assert.Equal(0, await bench.CountAsync("pg_partitioned_table"));
        using ChildProcess ingester = await bench.IngesterAsync();
        CaptureResult capture = Captures.Any(1);
        await bench.PublishAsync(capture, capture, Captures.Any(2));
        await bench.UntilAsync(2, "leafseg.plant_series");
    }

    [Theory]
    [InlineData("", "ingest create")]
    [InlineData("create schema leafseg; create table leafseg.schema_version (version integer); insert into leafseg.schema_version values (2)", "schema version 2")]
    public async Task A_database_of_another_version_is_refused_and_nothing_is_changed(string sql, string expected)
    {
        string database = await postgres.Server.DatabaseAsync();
        if (sql.Length > 0)
        {
            await Postgres.ExecuteAsync(database, sql);
        }

        await using FleetBench bench = await FleetBench.StartAsync(database, withTables: false);
        using ChildProcess ingester = bench.StartIngester();
        Assert.Equal((int)ExitCode.Machine, await ingester.ExitCodeAsync());
        Assert.Contains(expected, ingester.Errors, StringComparison.Ordinal);
        Assert.Equal(sql.Length > 0 ? 1 : 0, await bench.CountAsync("pg_class where relnamespace = to_regnamespace('leafseg')"));
    }

    [Theory]
    [InlineData("Database=nowhere", ExitCode.Machine, "createdb")]
    [InlineData("Username=nobody", ExitCode.Machine, "pg_hba.conf")]
    [InlineData("Hots=x;Password=secret", ExitCode.Setting, "a connection string")]
    internal async Task A_database_that_cannot_be_used_is_named_with_what_to_do(string change, ExitCode expected, string words)
    {
        string database = await postgres.Server.DatabaseAsync();
        await using FleetBench bench = await FleetBench.StartAsync($"{database};{change}", withTables: false);
        using ChildProcess ingester = bench.StartIngester();
        Assert.Equal((int)expected, await ingester.ExitCodeAsync());
        Assert.Contains(words, ingester.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", ingester.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ingester_that_leaves_takes_what_the_broker_holds_for_it()
    {
        await using FleetBench bench = await FleetBench.StartAsync(await postgres.Server.DatabaseAsync());
        using ChildProcess stays = await bench.IngesterAsync("a");
        using (ChildProcess goes = await bench.IngesterAsync("b"))
        {
            await goes.EndAsync("KILL");
        }

        // The broker goes on dealing them out to both.
        await bench.PublishAsync(Enumerable.Range(1, 40).Select(i => Captures.Any(i)));
        using (ChildProcess leave = AgentProcess.Start("ingest", "leave", "--database", bench.Database, "--broker", bench.Mosquitto.Address, "--name", "b"))
        {
            Assert.True(await leave.ExitCodeAsync() == 0, leave.Errors);
            Assert.Contains("keeps nothing for \"b\"", leave.Output[^1], StringComparison.Ordinal);
        }

        await bench.UntilAsync(40, "leafseg.captures");
        await bench.PublishAsync(Enumerable.Range(41, 40).Select(i => Captures.Any(i)));
        await bench.UntilAsync(80, "leafseg.captures");
        Assert.Empty(await bench.RowsAsync("select * from leafseg.gaps"));
    }

    [Fact]
    public async Task Two_ingesters_of_one_name_are_told_apart()
    {
        await using FleetBench bench = await FleetBench.StartAsync(await postgres.Server.DatabaseAsync());
        using ChildProcess first = await bench.IngesterAsync();
        using ChildProcess second = bench.StartIngester();
        await second.UntilAsync("the second names it", () => second.Errors.Contains("another ingester named \"a\"", StringComparison.Ordinal));
        await bench.PublishAsync(Captures.Any(1));
        await bench.UntilAsync(1, "leafseg.captures");
        Assert.DoesNotContain("lost", first.Errors, StringComparison.Ordinal);
        Assert.Equal((int)ExitCode.Interrupted, await second.EndAsync("INT"));
    }

    [Fact]
    public async Task What_the_plants_are_is_joined_to_their_results_and_read_by_pandas_and_R()
    {
        await using FleetBench bench = await FleetBench.StartAsync(await postgres.Server.DatabaseAsync());
        using ChildProcess ingester = await bench.IngesterAsync();
        string table = Path.Combine(bench.Folder, "plants.csv");
        async Task<ChildProcess> PlantsAsync(string text, int expected = (int)ExitCode.Done)
        {
            await File.WriteAllTextAsync(table, text, TestContext.Current.CancellationToken);
            ChildProcess plants = AgentProcess.Start("ingest", "plants", table, "--database", bench.Database, "--site", "ghent");
            Assert.True(await plants.ExitCodeAsync() == expected, plants.Errors);
            return plants;
        }

        // A spreadsheet's way of writing it; the plant was seen before it was listed, and another never is.
        CaptureResult capture = Captures.Any(1) with { Time = new DateTimeOffset(2026, 4, 7, 23, 30, 0, TimeSpan.Zero) };
        await bench.PublishAsync(capture with { Plants = [capture.Plants[0], capture.Plants[0] with { Plant = "a4" }] });
        await bench.UntilAsync(2, "leafseg.plant_series");
        using ChildProcess first = await PlantsAsync("\uFEFFRig;Plant;Genotype;Treatment;Sown\r\nr17;a3;\"Col-0; 'wild'\";O'Brien's mix;2026-03-28\r\nr17;b1;abi1-1;;\r\n");
        Assert.Equal("2 plants, 2 of them new or changed", Assert.Single(first.Output));
        Assert.Contains("1 plants of these rigs are in the database and not in the table: ghent/r17/a4, series 1", first.Errors, StringComparison.Ordinal);
        Assert.Equal(["Col-0; 'wild'|O'Brien's mix|-|2026-03-28|10"], await bench.RowsAsync("select genotype, treatment, replicate, sown, days_after_sowing from leafseg.plant_series where plant = 'a3'"));
        Assert.Equal(2, await bench.CountAsync("leafseg.leaf_series where genotype like 'Col%'"));

        // A column that is not there says nothing; an empty cell says that it is not known.
        using ChildProcess second = await PlantsAsync("rig,plant,treatment,replicate\nr17,a3,,2\n");
        Assert.Equal("1 plants, 1 of them new or changed", Assert.Single(second.Output));
        Assert.Equal(["Col-0; 'wild'|-|2"], await bench.RowsAsync("select genotype, treatment, replicate from leafseg.plants where plant = 'a3'"));

        // A wrong line changes nothing.
        using ChildProcess wrong = await PlantsAsync("rig,plant,genotype,sown\nr17,a3,Ler,2026-03-28\nr17,A4,Ler,\nr17,b1,Ler,28.3.2026\nr17,a3,Ler,\n", (int)ExitCode.Setting);
        Assert.Contains("line 3: found the plant \"A4\"", wrong.Errors, StringComparison.Ordinal);
        Assert.Contains("line 4: found the day \"28.3.2026\"", wrong.Errors, StringComparison.Ordinal);
        Assert.Contains("line 5: plant a3 of ghent/r17 again", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await bench.CountAsync("leafseg.plants where genotype = 'Ler'"));

        // The lines of docs/fleet.md, for this database.
        foreach ((string program, string language) in new[] { ("/usr/bin/python3", "python"), ("Rscript", "r") })
        {
            string script = DocumentedBlock(language).Replace("postgresql:///leafseg", Uri(bench.Database), StringComparison.Ordinal)
                .Replace("dbname = \"leafseg\"", RArguments(bench.Database), StringComparison.Ordinal);
            string file = Path.Combine(bench.Folder, $"script.{language}");
            await File.WriteAllTextAsync(file, script, TestContext.Current.CancellationToken);
            using ChildProcess run = new(program, file);
            Assert.True(await run.ExitCodeAsync() == 0, run.Errors);
            string shown = string.Join('\n', run.Output);
            Assert.Contains("Col-0; 'wild'", shown, StringComparison.Ordinal);
            Assert.Contains("2026-04-07", shown, StringComparison.Ordinal);
        }
    }

    private static string DocumentedBlock(string language)
    {
        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "fleet.md"));
        string begin = $"```{language}\n";
        int from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return page[from..page.IndexOf("```", from, StringComparison.Ordinal)];
    }

    private static string RArguments(string database)
    {
        Npgsql.NpgsqlConnectionStringBuilder parts = new(database);
        return $"dbname = \"{parts.Database}\", host = \"{parts.Host}\", port = {parts.Port}, user = \"{parts.Username}\"";
    }

    private static string Uri(string database)
    {
        Npgsql.NpgsqlConnectionStringBuilder parts = new(database);
        return $"postgresql://{parts.Username}@{parts.Host}:{parts.Port}/{parts.Database}";
    }
}
