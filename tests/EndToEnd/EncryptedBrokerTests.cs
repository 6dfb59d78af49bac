using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Commands;

namespace LeafSeg.EndToEnd;

/// <summary>A real mosquitto that wants TLS and a certificate of the rig.</summary>
public sealed class EncryptedBrokerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Results_reach_a_broker_that_asks_for_the_rigs_certificate()
    {
        using Authority authority = new(folder.Path);
        (string brokerCertificate, string brokerKey) = authority.Issue("broker");
        (string rigCertificate, string rigKey) = authority.Issue("rig");

        using Mosquitto mosquitto = new(folder.Path, $"""
            cafile {authority.File}
            certfile {brokerCertificate}
            keyfile {brokerKey}
            require_certificate true
            """);
        await mosquitto.StartAsync();
        Rig rig = new(folder.Path, mosquitto.Address);
        Frames.Render(rig.Frames, 3);
        string settings = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            triggers = new { gpio = new { chip = "simulated", line = 0 } },
            broker = new { tls = new { enabled = true, caFile = authority.File, certificateFile = rigCertificate, keyFile = rigKey } },
        }), TestContext.Current.CancellationToken);
        using ChildProcess agent = AgentProcess.Run(rig, "--settings", settings, "--captures", "3");
        int code = await agent.ExitCodeAsync();
        Assert.True(code == (int)ExitCode.Done, agent.Errors);
    }
}
