using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>A real mosquitto that wants TLS and a certificate of the rig.</summary>
public sealed class EncryptedBrokerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Results_reach_a_broker_that_asks_for_the_rigs_certificate()
    {
        (Mosquitto mosquitto, string settings) = await PrepareAsync(folder.Path, brokerIsValid: true, rigIsValid: true);
        using (mosquitto)
        {
            Rig rig = new(folder.Path, mosquitto.Address);
            Frames.Render(rig.Frames, 3);
            using ChildProcess agent = AgentProcess.Run(rig, "--settings", settings, "--captures", "3");
            int code = await agent.ExitCodeAsync();
            Assert.True(code == (int)ExitCode.Done, agent.Errors);
        }
    }

    [Theory]
    [InlineData(false, true, "found a certificate of the broker or of its authority that has run out or is not yet valid")]
    [InlineData(true, false, "broker.tls.certificateFile: found a certificate that is valid from")]
    public async Task A_certificate_that_has_run_out_is_told_and_results_wait_in_the_outbox(bool brokerIsValid, bool rigIsValid, string expected)
    {
        (Mosquitto mosquitto, string settings) = await PrepareAsync(folder.Path, brokerIsValid, rigIsValid);
        using (mosquitto)
        {
            Rig rig = new(folder.Path, mosquitto.Address);
            Frames.Render(rig.Frames, 1);
            using ChildProcess agent = AgentProcess.Run(rig, "--settings", settings, "--captures", "1");
            await agent.UntilAsync("the certificate is told", () => agent.Errors.Contains(expected, StringComparison.Ordinal));
            await agent.UntilAsync("a result in the outbox", async () =>
                await AgentProcess.StatusAsync(rig.StatusPort) is { } status && status.GetProperty("outbox_depth").GetInt64() == 1);
            Assert.Equal((int)ExitCode.Unacknowledged, await agent.EndAsync("TERM"));
        }
    }

    [Theory]
    [InlineData("broker.elsewhere.example", null, "it is for broker.elsewhere.example, and not for the host of broker.address")]
    [InlineData("127.0.0.1", "another", "it is signed by no authority that this rig trusts (")]
    [InlineData("127.0.0.1", "authority", "it is not signed by the authority of this name that the rig has (")]
    public async Task The_doctor_tells_in_words_what_is_wrong_with_the_brokers_certificate(string host, string? trusted, string expected)
    {
        using Authority authority = new(folder.Path);
        using Authority other = new(Directory.CreateDirectory(Path.Combine(folder.Path, "other")).FullName, trusted ?? "another");
        (string certificate, string key) = authority.Issue("broker", host: host);
        using Mosquitto mosquitto = new(folder.Path, $"""
            cafile {authority.File}
            certfile {certificate}
            keyfile {key}
            """);
        await mosquitto.StartAsync();
        string settings = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            stateFolder = Path.Combine(folder.Path, "state"),
            camera = new { device = new { path = "/dev/video99" } },
            triggers = new { gpio = new { chip = "simulated", line = 0 } },
            broker = new { address = mosquitto.Address, tls = new { enabled = true, caFile = trusted is null ? authority.File : other.File } },
        }), TestContext.Current.CancellationToken);
        using ChildProcess doctor = new(Path.Combine(AppContext.BaseDirectory, "leafseg-agent"), "doctor", "--settings", settings);
        Assert.Equal((int)ExitCode.Ill, await doctor.ExitCodeAsync());
        string told = Assert.Single(doctor.Output, line => line.StartsWith("ILL   broker", StringComparison.Ordinal));
        Assert.Contains(expected, told, StringComparison.Ordinal);
    }

    /// <summary>A broker that runs, and settings with which a rig may come to it.</summary>
    internal static async Task<(Mosquitto Mosquitto, string Settings)> PrepareAsync(string folder, bool brokerIsValid, bool rigIsValid)
    {
        using Authority authority = new(folder);
        (string brokerCertificate, string brokerKey) = authority.Issue("broker", brokerIsValid);
        (string rigCertificate, string rigKey) = authority.Issue("rig", rigIsValid);
        Mosquitto mosquitto = new(folder, $"""
            cafile {authority.File}
            certfile {brokerCertificate}
            keyfile {brokerKey}
            require_certificate true
            """);
        await mosquitto.StartAsync();
        string settings = Path.Combine(folder, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            triggers = new { gpio = new { chip = "simulated", line = 0 } },
            broker = new { tls = new { enabled = true, caFile = authority.File, certificateFile = rigCertificate, keyFile = rigKey } },
        }), TestContext.Current.CancellationToken);
        return (mosquitto, settings);
    }
}
