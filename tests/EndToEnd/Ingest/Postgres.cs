using LeafSeg.Common.Tests;
using Npgsql;

namespace LeafSeg.EndToEnd.Ingest;

/// <summary>A real PostgreSQL with a cluster of its own on loopback. It does not run as root: then its package's user runs it.</summary>
public sealed class Postgres : IAsyncDisposable
{
    private static readonly bool IsRoot = Environment.UserName == "root";
    private static readonly string Programs = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")).Last();
    private readonly TemporaryFolder folder = new();
    private readonly int port = Mosquitto.FreePort();
    private ChildProcess? process;
    private int databases;

    /// <summary>Belongs to the user that runs the server.</summary>
    public string Folder => folder.Path;

    public static async Task<Postgres> StartAsync()
    {
        Postgres postgres = new();
        if (IsRoot)
        {
            await RunAsync("chown", "postgres", postgres.Folder);
        }

        await RunAsync([.. AsItsUser(), Path.Combine(Programs, "initdb"), "--no-sync", "--auth=trust", "--username=leafseg", "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata", postgres.Data]);
        await postgres.RunServerAsync();
        return postgres;
    }

    /// <summary>A new database, empty.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> DatabaseAsync(string? name = null)
    {
        name ??= $"leafseg{++databases}";
        await ExecuteAsync(ConnectionString("postgres"), $"create database \"{name}\"");
        return ConnectionString(name);
    }

    /// <summary>The connection string of a database of this cluster.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Database = database,
        Username = "leafseg",
        Pooling = false,
    }.ConnectionString;

    public static async Task ExecuteAsync(string database, string sql)
    {
        await using NpgsqlConnection connection = new(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // Constants of the tests.
        await using NpgsqlCommand command = new(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Every row as text, its columns joined by "|"; null as "-".</summary>
    public static async Task<IReadOnlyList<string>> RowsAsync(string database, string sql)
    {
        await using NpgsqlConnection connection = new(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // Constants of the tests.
        await using NpgsqlCommand command = new(sql, connection) { AllResultTypesAreUnknown = true };
#pragma warning restore CA2100
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<string> rows = [];
        while (await row.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? "-" : row.GetString(i))));
        }

        return rows;
    }

    public static async Task<long> CountAsync(string database, string from) =>
        long.Parse((await RowsAsync(database, $"select count(*) from {from}"))[0], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Ends it as systemd would.</summary>
    public Task StopAsync() => EndAsync("INT");

    /// <summary>Ends it as a crash would: it recovers from its log at the next start.</summary>
    public Task CrashAsync() => EndAsync("QUIT");

    public async Task RunServerAsync()
    {
        string[] command = [.. AsItsUser(), Path.Combine(Programs, "postgres"), "-D", Data, "-k", Folder, "-h", "127.0.0.1", "-p", $"{port}"];
        process = new ChildProcess(command[0], command[1..]);
        await process.UntilAsync("PostgreSQL answers", async () =>
        {
            try
            {
                await ExecuteAsync(ConnectionString("postgres"), "select 1");
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });
    }

    /// <summary>Runs a program as the user of the server.</summary>
    public static Task RunAsUserAsync(params string[] command) => RunAsync([.. AsItsUser(), .. command]);

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await EndAsync("QUIT");
        }

        folder.Dispose();
    }

    private string Data => Path.Combine(Folder, "data");

    private static string[] AsItsUser() => IsRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : ["env"];

    private static async Task RunAsync(params string[] command)
    {
        using ChildProcess run = new(command[0], command[1..]);
        int code = await run.ExitCodeAsync();
        Assert.True(code == 0, $"{string.Join(' ', command)}: {code}\n{string.Join('\n', run.Output)}\n{run.Errors}");
    }

    private async Task EndAsync(string signal)
    {
        await process!.EndAsync(signal);
        process.Dispose();
        process = null;
    }
}

/// <summary>One cluster for the tests of a class, each of which makes a database of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    internal Postgres Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await Postgres.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
