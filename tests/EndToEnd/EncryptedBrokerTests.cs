using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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
        (Mosquitto mosquitto, string settings) = await PrepareAsync(brokerIsValid: true, rigIsValid: true);
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
    public async Task A_certificate_that_has_run_out_is_told_and_results_wait_in_the_outbox(bool brokerIsValid, bool rigIsValid, string told)
    {
        (Mosquitto mosquitto, string settings) = await PrepareAsync(brokerIsValid, rigIsValid);
        using (mosquitto)
        {
            Rig rig = new(folder.Path, mosquitto.Address);
            Frames.Render(rig.Frames, 1);
            using ChildProcess agent = AgentProcess.Run(rig, "--settings", settings, "--captures", "1");
            await agent.UntilAsync("the certificate is told", () => agent.Errors.Contains(told, StringComparison.Ordinal));
            await agent.UntilAsync("a result in the outbox", async () =>
                await AgentProcess.StatusAsync(rig.StatusPort) is { } status && status.GetProperty("outbox_depth").GetInt64() == 1);
            Assert.Equal((int)ExitCode.Unacknowledged, await agent.EndAsync("TERM"));
        }
    }

    /// <summary>A broker that runs, and settings with which a rig may come to it.</summary>
    private async Task<(Mosquitto Mosquitto, string Settings)> PrepareAsync(bool brokerIsValid, bool rigIsValid)
    {
        using RSA authorityKey = RSA.Create(2048);
        CertificateRequest authority = Request("CN=authority", authorityKey);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 ca = authority.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(9));
        string caFile = Write("ca.pem", ca.ExportCertificatePem());
        (string brokerCertificate, string brokerKey) = Signed(ca, "broker", 1, brokerIsValid);
        (string rigCertificate, string rigKey) = Signed(ca, "rig", 2, rigIsValid);
        Mosquitto mosquitto = new(folder.Path, $"""
            cafile {caFile}
            certfile {brokerCertificate}
            keyfile {brokerKey}
            require_certificate true
            """);
        await mosquitto.StartAsync();
        return (mosquitto, Write("settings.json", JsonSerializer.Serialize(new
        {
            triggers = new { gpio = new { chip = "simulated", line = 0 } },
            broker = new { tls = new { enabled = true, caFile, certificateFile = rigCertificate, keyFile = rigKey } },
        })));
    }

    private static CertificateRequest Request(string name, RSA key) => new(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private (string Certificate, string Key) Signed(X509Certificate2 authority, string name, byte serial, bool isValid)
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = Request($"CN={name}", key);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(authority, authority.NotBefore, isValid ? authority.NotAfter : DateTime.Now.AddDays(-1), [serial]);
        return (Write($"{name}.pem", certificate.ExportCertificatePem()), Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()));
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(folder.Path, name);
        File.WriteAllText(path, content);
        return path;
    }
}
