using System.Net;
using System.Net.Sockets;

namespace LeafSeg.EndToEnd;

/// <summary>
/// The broker of Node-RED (npm's aedes), which speaks MQTT 3.1.1 only, on a free loopback port. Installed by npm the first
/// time that a test asks for it.
/// </summary>
internal sealed class Aedes : IDisposable
{
    private const string Version = "1.2.0";
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), $"leafseg-tests-aedes-{Version}");
    private static readonly SemaphoreSlim Installing = new(1);
    private ChildProcess? process;

    public int Port { get; } = Mosquitto.FreePort();

    public string Address => $"127.0.0.1:{Port}";

    public async Task StartAsync()
    {
        await InstallAsync();
        string script = Path.Combine(Folder, "broker.mjs");
        await File.WriteAllTextAsync(script, """
            import { createServer } from 'node:net';
            import { Aedes } from 'aedes';
            const broker = await Aedes.createBroker();
            broker.on('client', client => console.log(`client ${client.id} version ${client.version}`));
            broker.on('publish', (packet, client) => client && console.log(`${packet.topic} ${packet.payload}`));
            createServer(broker.handle).listen(Number(process.argv[2]), '127.0.0.1');

            """);
        process = new ChildProcess("node", script, $"{Port}");
        await process.UntilAsync("aedes listens", async () =>
        {
            using TcpClient client = new();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }

    /// <summary>What it has taken: "TOPIC PAYLOAD".</summary>
    public IReadOnlyList<string> Heard => process!.Output;

    public void Dispose() => process?.Dispose();

    private static async Task InstallAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (File.Exists(Path.Combine(Folder, "node_modules", "aedes", "package.json")))
                return;
            using ChildProcess npm = new("npm", "install", "--prefix", Folder, "--no-audit", "--no-fund", $"aedes@{Version}");
            Assert.True(await npm.ExitCodeAsync() == 0, npm.Errors);
        }
        finally
        {
            Installing.Release();
        }
    }
}
