using System.Net;
using System.Net.Sockets;

namespace LeafSeg.EndToEnd;

/// <summary>The real broker on a free loopback port; what it keeps survives a restart.</summary>
internal sealed class Mosquitto : IDisposable
{
    private readonly string configuration;
    private ChildProcess? process;

    /// <param name="folder">Holds its settings and what it keeps.</param>
    /// <param name="settings">More lines of its settings, after its listener.</param>
    public Mosquitto(string folder, string settings = "")
        : this(folder, port => $"""
            listener {port} 127.0.0.1
            {settings}
            allow_anonymous true
            persistence true
            persistence_location {folder}/

            """)
    {
    }

    /// <param name="folder">Holds its settings.</param>
    /// <param name="settings">All of its settings, for the port that it listens on.</param>
    public Mosquitto(string folder, Func<int, string> settings)
    {
        Port = FreePort();
        configuration = Path.Combine(folder, "mosquitto.conf");

        // root: mosquitto would otherwise become its own user, which may not write into the test's folder.
        File.WriteAllText(configuration, settings(Port) + "user root\n");
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async Task StartAsync()
    {
        string program = File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
        process = new ChildProcess(program, "-c", configuration);
        await process.UntilAsync("mosquitto listens", async () =>
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

    /// <summary>Ends it as systemd would; it writes what it keeps.</summary>
    public Task StopAsync() => EndAsync("TERM");

    /// <summary>Ends it as a power cut would; it has what it had written.</summary>
    public Task KillAsync() => EndAsync("KILL");

    public void Dispose() => process?.Dispose();

    private async Task EndAsync(string signal)
    {
        await process!.EndAsync(signal);
        process.Dispose();
        process = null;
    }
}
