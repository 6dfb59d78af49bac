using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Commands;
using LeafSeg.EdgeAgent.Publishing;

namespace LeafSeg.EdgeAgent.Tests.Publishing;

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
