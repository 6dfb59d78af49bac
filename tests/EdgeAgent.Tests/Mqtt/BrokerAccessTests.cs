using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Mqtt;

namespace LeafSeg.EdgeAgent.Tests.Mqtt;

public sealed class BrokerAccessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void User_and_password_come_from_files_without_the_line_end()
    {
        BrokerAccess access = BrokerAccess.Load(new BrokerOptions { UserFile = Write("user", "r17\n"), PasswordFile = Write("password", " s p \r\n") });
        Assert.Equal(("r17", " s p "), (access.User, access.Password));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void An_unreadable_certificate_is_refused_with_its_setting_and_its_path(string? content)
    {
        string file = content is null ? Path.Combine(folder.Path, "missing.pem") : Write("bad.pem", content);
        Refuses("broker.tls.caFile", file, new TlsOptions { Enabled = true, CaFile = file });
        Refuses("broker.tls.certificateFile", file, new TlsOptions { Enabled = true, CertificateFile = file });
    }

    [Theory]
    [InlineData(-20, -10)]
    [InlineData(10, 20)]
    public void A_certificate_out_of_its_time_does_not_stop_the_agent_and_is_named_when_there_is_no_connection(int fromDays, int toDays)
    {
        using RSA key = RSA.Create(2048);
        DateTimeOffset now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
        using X509Certificate2 certificate = new CertificateRequest("CN=r17", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(fromDays), now.AddDays(toDays));
        BrokerAccess access = BrokerAccess.Load(new BrokerOptions
        {
            Tls = new TlsOptions { Enabled = true, CertificateFile = Write("r17.pem", certificate.ExportCertificatePem()), KeyFile = Write("r17.key", key.ExportPkcs8PrivateKeyPem()) },
        });

        string explained = access.Explain("the broker hung up", now);
        Assert.StartsWith("the broker hung up; broker.tls.certificateFile: found a certificate that is valid from 2026-", explained, StringComparison.Ordinal);
        Assert.Contains("expected one that is valid at 2026-05-01 12:00:00Z: have a new one signed, or set the clock", explained, StringComparison.Ordinal);
        Assert.Equal("the broker hung up", access.Explain("the broker hung up", now.AddDays((fromDays + toDays) / 2)));
    }

    [Fact]
    public void A_brokers_certificate_out_of_its_time_is_told_from_one_that_is_not_trusted()
    {
        BrokerAccess access = BrokerAccess.Load(new BrokerOptions());
        Assert.Contains("renew it there, or set the clock here", access.Explain("the chain is invalid: NotTimeValid", DateTimeOffset.UnixEpoch), StringComparison.Ordinal);
        Assert.Equal("the chain is invalid: UntrustedRoot", access.Explain("the chain is invalid: UntrustedRoot", DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void Settings_that_contradict_each_other_are_told_by_their_full_names()
    {
        BrokerOptions options = new() { Password = "x", Tls = new TlsOptions { CaFile = "ca.pem", KeyFile = "key.pem" } };
        Assert.Equal(["broker.user", "broker.tls.enabled", "broker.tls.certificateFile"], options.Problems("broker").Select(p => p.Setting));
    }

    private static void Refuses(string setting, string file, TlsOptions tls)
    {
        AgentException refusal = Assert.Throws<AgentException>(() => BrokerAccess.Load(new BrokerOptions { Tls = tls }));
        Assert.Equal(ExitCode.Setting, refusal.ExitCode);
        Assert.StartsWith(setting, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(folder.Path, name);
        File.WriteAllText(path, content);
        return path;
    }
}
