using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>A real broker behind a websocket, with and without TLS, and ports that are spoken to in the wrong way.</summary>
public sealed class WebSocketBrokerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Results_reach_a_broker_behind_a_websocket_with_a_path_and_a_password(bool encrypted)
    {
        using Authority authority = new(folder.Path);
        using Aedes aedes = new()
        {
            WebSocketPath = "/greenhouse/mqtt",
            Certificate = encrypted ? authority.Issue("broker") : null,
            Login = ("ghent_r17", "secret"),
        };
        await aedes.StartAsync();
        string settings = Write(new
        {
            triggers = new { schedule = new { everySeconds = 0.2 } },
            broker = new { user = "ghent_r17", password = "secret", tls = new { caFile = encrypted ? authority.File : null } },
        });
        Rig rig = new(folder.Path, aedes.Address);
        Frames.Render(rig.Frames, 2);
        using (ChildProcess agent = AgentProcess.Run(rig, "--settings", settings, "--captures", "2"))
        {
            int code = await agent.ExitCodeAsync();
            Assert.True(code == (int)ExitCode.Done, agent.Errors);
        }

        using ChildProcess doctor = AgentProcess.Start("doctor", "--settings", settings, "--frames", rig.Frames, "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State);
        await doctor.ExitCodeAsync();
        Assert.Contains(doctor.Output, line => line.StartsWith("well  broker", StringComparison.Ordinal) && line.Contains("MQTT 3.1.1, which hides refused publishes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_authority_that_is_not_trusted_is_told_by_agent_and_doctor()
    {
        using Authority authority = new(folder.Path);
        using Aedes aedes = new() { WebSocketPath = "/mqtt", Certificate = authority.Issue("broker") };
        await aedes.StartAsync();
        string line = await BrokerLineAsync(aedes.Address, tls: false);
        Assert.StartsWith("ILL", line, StringComparison.Ordinal);
        Assert.Contains("broker.tls.caFile", line, StringComparison.Ordinal);
    }

    /// <summary>What speaks there, how it is spoken to, and what is said of it.</summary>
    [Theory]
    [InlineData("ws", "HOST:PORT", false, "speaks HTTP: it is the broker's websocket; use ws://")]
    [InlineData("mqtt", "ws://HOST:PORT/mqtt", false, "speaks no HTTP: use \"127.0.0.1:")]
    [InlineData("mqtt", "HOST:PORT", true, "speaks no TLS: set broker.tls.enabled to false")]
    [InlineData("wss", "ws://HOST:PORT/mqtt", false, "speaks TLS: use wss://")]
    [InlineData("ws", "ws://HOST:PORT/elsewhere", false, "takes no MQTT on the path /elsewhere")]
    [InlineData("tls", "HOST:PORT", false, "speaks TLS: set broker.tls.enabled to true")]
    public async Task A_port_that_is_spoken_to_in_the_wrong_way_is_told_from_a_broker_that_is_away(string there, string spoken, bool tls, string expected)
    {
        using Authority authority = new(folder.Path);
        (string Certificate, string Key) certificate = authority.Issue("broker");
        using Aedes aedes = new() { WebSocketPath = there[0] == 'w' ? "/mqtt" : null, Certificate = there == "wss" ? certificate : null };
        using Mosquitto mosquitto = new(folder.Path, $"certfile {certificate.Certificate}\nkeyfile {certificate.Key}");
        if (there == "tls")
        {
            await mosquitto.StartAsync();
        }
        else
        {
            await aedes.StartAsync();
        }

        string address = spoken.Replace("HOST:PORT", $"127.0.0.1:{(there == "tls" ? mosquitto.Port : aedes.Port)}", StringComparison.Ordinal);
        Assert.Contains(expected, await BrokerLineAsync(address, tls), StringComparison.Ordinal);

        Rig rig = new(folder.Path, address);
        using ChildProcess agent = AgentProcess.Run(rig, "--settings", Write(Settings(tls)));
        await agent.UntilAsync("it is told", () => agent.Errors.Contains(expected, StringComparison.Ordinal));
    }

    private async Task<string> BrokerLineAsync(string address, bool tls)
    {
        Rig rig = new(folder.Path, address);
        Frames.Render(rig.Frames, 1);
        using ChildProcess doctor = AgentProcess.Start(
            "doctor", "--settings", Write(Settings(tls)), "--frames", rig.Frames, "--broker", address, "--model", rig.Model, "--state", rig.State);
        Assert.Equal((int)ExitCode.Ill, await doctor.ExitCodeAsync());
        return Assert.Single(doctor.Output, line => line[6..].StartsWith("broker", StringComparison.Ordinal));
    }

    private static object Settings(bool tls) => new { triggers = new { schedule = new { everySeconds = 60 } }, broker = new { tls = new { enabled = tls } } };

    private string Write(object settings)
    {
        string path = Path.Combine(folder.Path, "settings.json");
        File.WriteAllText(path, JsonSerializer.Serialize(settings));
        return path;
    }
}
