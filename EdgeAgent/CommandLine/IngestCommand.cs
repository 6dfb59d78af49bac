using System.CommandLine;
using System.Globalization;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Hosting;
using LeafSeg.EdgeAgent.Ingest;
using LeafSeg.EdgeAgent.Mqtt;
using Npgsql;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary><c>leafseg-agent ingest</c>.</summary>
internal static class IngestCommand
{
    private const string Description = """
        Writes the results of all rigs at a broker into PostgreSQL: each capture once, whatever is killed or restarted in between. The broker has its
        acknowledgement after the commit. Several ingesters share the work, each with a name of its own. A message that cannot be read is kept in
        the table leafseg.set_aside with the reason, and the others go on.

        Examples:
          leafseg-agent ingest create --database "Host=/run/postgresql;Database=leafseg"      once: makes the tables
          leafseg-agent ingest --settings /etc/leafseg/ingest.json
          leafseg-agent ingest --database "Host=db.example;Database=leafseg;Username=leafseg" --broker 127.0.0.1:1883 --name a

        Without --settings the environment counts: LEAFSEG_ingest__database, LEAFSEG_broker__password.

        Exit codes:
          0    done, or the service was stopped
          2    the command line is wrong
          3    a setting is wrong
          7    the database is of no use: no tables, another schema version, no rights. What is merely away is waited for
          70   a bug in the program
          130  Ctrl-C
        """;

    public static Command Create()
    {
        Option<string?> settingsFile = new("--settings") { Description = "Settings file (JSON); the sections broker and ingest count", HelpName = "FILE", Recursive = true };
        Option<string?> database = new("--database") { Description = "PostgreSQL, as Npgsql's connection string", HelpName = "\"Host=...;Database=...\"", Recursive = true };
        Option<string?> broker = new("--broker") { Description = "MQTT broker", HelpName = "HOST:PORT", Recursive = true };
        Option<string?> name = new("--name") { Description = "This ingester's own name; the machine's when not given", HelpName = "NAME", Recursive = true };
        AgentOptions Options(ParseResult parsed)
        {
            string? file = parsed.GetValue(settingsFile);
            AgentOptions settings = SettingsFile.Read(file);
            AgentOptions options = settings with
            {
                Broker = settings.Broker with { Address = parsed.GetValue(broker) ?? settings.Broker.Address },
                Ingest = settings.Ingest with { Database = parsed.GetValue(database) ?? settings.Ingest.Database, Name = parsed.GetValue(name) ?? settings.Ingest.Name },
            };
            SettingsFile.ThrowIfAny(file, [.. options.Broker.Problems("broker"), .. options.Ingest.Problems("ingest"), .. ProblemsHere(options)]);
            return options;
        }

        Command create = new("create", """
            Makes the tables in a database, as deploy/postgres/schema.sql has them. Where they are already, nothing happens.

            Example:
              leafseg-agent ingest create --database "Host=/run/postgresql;Database=leafseg"
            """);
        create.SetAction((parsed, cancellationToken) => InterruptibleWork.RunAsync(token => CreateTablesAsync(Options(parsed), token), cancellationToken));

        Command retry = new("retry", """
            Tries again to write the messages that were set aside: after an update, or once what was wrong is mended. Those that are refused
            again stay.

            Example:
              leafseg-agent ingest retry --settings /etc/leafseg/ingest.json
            """);
        retry.SetAction((parsed, cancellationToken) => InterruptibleWork.RunAsync(token => RetryAsync(Options(parsed), token), cancellationToken));

        Command leave = new("leave", """
            Takes an ingester out of service for good: writes what the broker still holds for its name, then ends its session there. Stop the
            ingester of that name first.

            Example:
              leafseg-agent ingest leave --settings /etc/leafseg/ingest.json --name b
            """);
        leave.SetAction((parsed, cancellationToken) => InterruptibleWork.RunAsync(token => LeaveAsync(Options(parsed), token), cancellationToken));

        Argument<string> file = new("FILE") { Description = "Table with a header: site, rig, plant, and of series, genotype, treatment, replicate, sown those that are known" };
        Option<string?> site = new("--site") { Description = "Site of every plant, where the table has no such column", HelpName = "NAME" };
        Option<string?> rig = new("--rig") { Description = "Rig of every plant, where the table has no such column", HelpName = "NAME" };
        Command plants = new("plants", """
            Writes what the plants are into the database: genotype, treatment, replicate and the day they were sown, from a table separated by
            comma, semicolon or tab. The views leafseg.plant_series and leafseg.leaf_series have it in every row. All of the table is written, or
            nothing; a column that it does not have stays as it is. "series" is 1 for the first plant in its place, and where it is not there.

            Example:
              leafseg-agent ingest plants plants.csv --settings /etc/leafseg/ingest.json --site ghent
            """) { file, site, rig };
        plants.SetAction((parsed, cancellationToken) => InterruptibleWork.RunAsync(
            token => PlantsAsync(Options(parsed), PlantList.Read(parsed.GetRequiredValue(file), parsed.GetValue(site), parsed.GetValue(rig)), token), cancellationToken));

        Command ingest = new("ingest", Description) { settingsFile, database, broker, name, create, plants, retry, leave };
        ingest.SetAction((parsed, cancellationToken) => InterruptibleWork.ServeAsync(token => RunAsync(Options(parsed), token), cancellationToken));
        return ingest;
    }

    /// <summary>What a rig may leave open, and an ingester may not.</summary>
    private static IEnumerable<SettingProblem> ProblemsHere(AgentOptions options)
    {
        if (options.Ingest.Database is null)
        {
            yield return new SettingProblem("ingest.database", null, "a connection string (--database), as in \"Host=db.example;Database=leafseg;Username=leafseg\"");
        }

        if (BrokerAddress.TryParse(options.Broker.Address, out BrokerAddress? address) && address.IsEmbedded)
        {
            yield return new SettingProblem("broker.address", options.Broker.Address, "HOST:PORT of the broker that the rigs publish to");
        }
    }

    private static Task CreateTablesAsync(AgentOptions options, CancellationToken cancellationToken) => WithDatabaseAsync(options, async connection =>
        Console.WriteLine(await FleetSchema.CreateAsync(connection, cancellationToken)
            ? $"made the tables of schema version {FleetSchema.Version} in the database \"{connection.Database}\""
            : $"the tables of schema version {FleetSchema.Version} are in the database \"{connection.Database}\" already"), cancellationToken);

    private static Task PlantsAsync(AgentOptions options, PlantList list, CancellationToken cancellationToken) => WithDatabaseAsync(options, async connection =>
    {
        const int Shown = 10;
        await FleetSchema.CheckAsync(connection, cancellationToken);
        (int changed, IReadOnlyList<string> unlisted) = await PlantRows.WriteAsync(connection, list, cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{list.Plants.Count} plants, {changed} of them new or changed"));
        if (unlisted.Count > 0)
        {
            string more = unlisted.Count > Shown ? ", ..." : "";
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"leafseg-agent: {unlisted.Count} plants of these rigs are in the database and not in the table: {string.Join("; ", unlisted.Take(Shown))}{more}"));
        }
    }, cancellationToken);

    private static async Task WithDatabaseAsync(AgentOptions options, Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource source = FleetDatabase.Source(options.Ingest);
        try
        {
            await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
            await work(connection);
        }
        catch (NpgsqlException e)
        {
            throw (e is PostgresException postgres ? DatabaseFault.Permanent(postgres) : null)
                ?? new AgentException(ExitCode.Machine, $"ingest.database: {DatabaseFault.InWords(e)}", e);
        }
    }

    private static Task RunAsync(AgentOptions options, CancellationToken cancellationToken) => WithIngesterAsync(options, (ingester, _) => ingester.RunAsync(cancellationToken));

    private static Task RetryAsync(AgentOptions options, CancellationToken cancellationToken) => WithIngesterAsync(options, async (ingester, source) =>
    {
        (long written, long left) = await SetAsideRetry.RunAsync(source, ingester, cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{written} messages written, {left} refused again (select topic, reason from leafseg.set_aside)"));
    });

    private static Task LeaveAsync(AgentOptions options, CancellationToken cancellationToken) => WithIngesterAsync(options, async (ingester, _) =>
    {
        long written = await ingester.LeaveAsync(cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{written} messages written; the broker keeps nothing for \"{options.Ingest.Name}\" any more"));
    });

    private static async Task WithIngesterAsync(AgentOptions options, Func<Ingester, NpgsqlDataSource, Task> work)
    {
        using ILoggerFactory logs = LoggerFactory.Create(ConsoleLog.Configure);
        await using NpgsqlDataSource source = FleetDatabase.Source(options.Ingest);
        await using Ingester ingester = new(
            options.Ingest, options.Broker, BrokerAddress.Parse(options.Broker.Address), BrokerAccess.Load(options.Broker), source, TimeProvider.System, logs.CreateLogger<Ingester>());
        await work(ingester, source);
    }
}
