using System.Net;
using System.Net.Sockets;

namespace LeafSeg.EndToEnd;

/// <summary>
/// The broker of Node-RED (npm's aedes), which speaks MQTT 3.1.1 only, on a free loopback port. Installed by npm the first
/// time that a test asks for it.
/// </summary>
internal sealed class Aedes : IDisposable
{
    private const string Version = "1.2.0", WebSockets = "8.18.3";
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), $"leafseg-tests-aedes-{Version}");
    private static readonly SemaphoreSlim Installing = new(1);
    private ChildProcess? process;

    public int Port { get; } = Mosquitto.FreePort();

    public string Address => WebSocketPath is null ? $"127.0.0.1:{Port}" : $"{(Certificate is null ? "ws" : "wss")}://127.0.0.1:{Port}{WebSocketPath}";

    /// <summary>Null: plain MQTT over TCP.</summary>
    public string? WebSocketPath { get; init; }

    /// <summary>PEM files; null: no TLS.</summary>
    public (string Certificate, string Key)? Certificate { get; init; }

    /// <summary>User and password that it asks for; null: it asks for none.</summary>
    public (string User, string Password)? Login { get; init; }

    public async Task StartAsync()
    {
        await InstallAsync();
        string script = Path.Combine(Folder, "broker.mjs");
        await File.WriteAllTextAsync(script, """
            import { createServer } from 'node:net';
            import { createServer as createHttp } from 'node:http';
            import { createServer as createHttps } from 'node:https';
            import { readFileSync } from 'node:fs';
            import { Aedes } from 'aedes';
            import { WebSocketServer, createWebSocketStream } from 'ws';
            const [port, path, certificate, key, user, password] = process.argv.slice(2);
            const broker = await Aedes.createBroker();
            if (user) broker.authenticate = (client, name, secret, done) => done(null, name === user && String(secret) === password);
            broker.on('client', client => console.log(`client ${client.id} version ${client.version}`));
            broker.on('publish', (packet, client) => client && console.log(`${packet.topic} ${packet.payload}`));
            let server;
            if (path) {
              const page = (_, answer) => answer.writeHead(426).end();
              server = certificate ? createHttps({ cert: readFileSync(certificate), key: readFileSync(key) }, page) : createHttp(page);
              new WebSocketServer({ server, path, handleProtocols: () => 'mqtt' }).on('connection', (socket, request) => {
                const stream = createWebSocketStream(socket);
                stream.on('error', () => {});
                broker.handle(stream, request);
              });
            } else {
              server = createServer(broker.handle);
            }
            server.listen(Number(port), '127.0.0.1');

            """);
        process = new ChildProcess("node", script, $"{Port}", WebSocketPath ?? "", Certificate?.Certificate ?? "", Certificate?.Key ?? "", Login?.User ?? "", Login?.Password ?? "");
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
    public IReadOnlyList<string> Received => process!.Output;

    public void Dispose() => process?.Dispose();

    private static async Task InstallAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (File.Exists(Path.Combine(Folder, "node_modules", "ws", "package.json")))
            {
                return;
            }

            using ChildProcess npm = new("npm", "install", "--prefix", Folder, "--no-audit", "--no-fund", $"aedes@{Version}", $"ws@{WebSockets}");
            Assert.True(await npm.ExitCodeAsync() == 0, npm.Errors);
        }
        finally
        {
            Installing.Release();
        }
    }
}
