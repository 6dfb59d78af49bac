using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>The real program as systemd would start it, with a real datagram socket at systemd's end.</summary>
public sealed class SystemdTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly ConcurrentQueue<string> notified = new();
    private readonly string socketPath;

    public SystemdTests()
    {
        socketPath = Path.Combine(folder.Path, "notify");
        socket.Bind(new UnixDomainSocketEndPoint(socketPath));
        new Thread(Listen) { IsBackground = true }.Start();
    }

    public void Dispose()
    {
        socket.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Systemd_is_told_when_the_agent_can_capture_that_it_goes_on_and_that_it_stops()
    {
        Rig rig = new(folder.Path, "embedded");
        Frames.Render(rig.Frames, 2);
        using ChildProcess agent = Start(
            "run", "--frames", rig.Frames, "--loop", "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State, "--status-port", $"{rig.StatusPort}", "--interval", "0.2");
        await agent.UntilAsync("ready and pings", () => notified.Contains("READY=1") && notified.Count(t => t == "WATCHDOG=1") >= 3);
        Assert.Equal((int)ExitCode.Done, await agent.EndAsync("TERM"));
        await agent.UntilAsync("stopping", () => notified.Contains("STOPPING=1"));

        // The journal takes the priority from the beginning of a line.
        Assert.All(agent.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^(<[0-7]>| )", line));
    }

    [Fact]
    public async Task An_agent_without_its_camera_is_not_ready_yet()
    {
        Rig rig = new(folder.Path, "embedded");
        string settings = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            triggers = new { schedule = new { at = new[] { TimeProvider.System.GetLocalNow().AddHours(12).ToString("HH:mm", CultureInfo.InvariantCulture) } } },
            camera = new { device = new { path = "/dev/video-of-nobody", deadlineSeconds = 0.1 }, retryFirstSeconds = 0.1, retryLongestSeconds = 0.2 },
        }), TestContext.Current.CancellationToken);
        using ChildProcess agent = Start(
            "run", "--settings", settings, "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State, "--status-port", $"{rig.StatusPort}");
        await agent.UntilAsync("the alarm", () => agent.Errors.Contains("camera-lost", StringComparison.Ordinal));
        await agent.UntilAsync("pings, because no picture is due", () => notified.Count(t => t == "WATCHDOG=1") >= 3);
        Assert.DoesNotContain("READY=1", notified);
        await agent.EndAsync("TERM");
    }

    [Fact]
    public async Task A_camera_that_stays_away_for_longer_than_the_units_watchdog_is_no_reason_to_be_killed()
    {
        Rig rig = new(folder.Path, "embedded");
        string settings = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            triggers = new { schedule = new { everySeconds = 0.2 } },
            camera = new { device = new { path = "/dev/video-of-nobody", deadlineSeconds = 0.1 }, retryFirstSeconds = 0.1, retryLongestSeconds = 0.8, exitAfterSeconds = (double?)null },
        }), TestContext.Current.CancellationToken);
        using ChildProcess agent = Start(
            "run", "--settings", settings, "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State, "--status-port", $"{rig.StatusPort}");
        await agent.UntilAsync("systemd is asked for more time", () => notified.Contains("WATCHDOG_USEC=2000000"));
        await agent.UntilAsync("triggers are missed", () => agent.Errors.Contains("missed", StringComparison.OrdinalIgnoreCase));
        int before = notified.Count(t => t == "WATCHDOG=1");
        await agent.UntilAsync("pings go on", () => notified.Count(t => t == "WATCHDOG=1") > before + 3);
        await agent.EndAsync("TERM");
    }

    /// <summary>
    /// A parent of the name "systemd" is what the agent is known by as a service; it passes SIGTERM on, and the agent does
    /// not outlive it.
    /// </summary>
    private ChildProcess Start(params IEnumerable<string> arguments)
    {
        string systemd = Path.Combine(folder.Path, "systemd");
        File.Copy("/bin/sh", systemd, overwrite: true);
        return new ChildProcess("/usr/bin/env",
        [
            $"NOTIFY_SOCKET={socketPath}", "WATCHDOG_USEC=1000000", systemd, "-c",
            "trap 'kill -TERM $!' TERM; setpriv --pdeathsig KILL \"$0\" \"$@\" & wait $!; wait $!",
            Path.Combine(AppContext.BaseDirectory, "leafseg-agent"), .. arguments,
        ]);
    }

    private void Listen()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
            {
                foreach (string line in Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    notified.Enqueue(line);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }
}
