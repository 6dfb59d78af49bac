using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LeafSeg.Common.Downloads;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tuf;
using LeafSeg.EdgeAgent.Updates.Tuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace LeafSeg.EdgeAgent.Tests.Updates.Tuf;

public sealed class HttpSourceTests : IDisposable
{
    private static readonly byte[] Content = Encoding.ASCII.GetBytes("0123456789");

    private readonly TemporaryFolder folder = new();
    private readonly X509Certificate2 authority = Authority("LeafSeg test authority");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_file_comes_whole_or_from_a_byte_on_and_from_the_start_where_that_byte_is_not()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(path => path == "a b/1...%2F?#.json" ? Content : null);

        Assert.Equal("0123456789@0", await ReadAsync(server, from: 0));
        Assert.Equal("789@7", await ReadAsync(server, from: 7));
        Assert.Equal("0123456789@0", await ReadAsync(server, from: 10));

        static async Task<string> ReadAsync(LoopbackServer server, long from)
        {
            using HttpSource source = new(server.Address, new RepositoryOptions());
            using RemoteContent? answer = await source.OpenAsync("a%20b/1...%252F%3F%23.json", from, Token);
            using StreamReader reader = new(answer!.Content);
            return $"{await reader.ReadToEndAsync(Token)}@{answer.From}";
        }
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_sends_the_file_from_its_start()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("0123456789", Token));
        using HttpSource source = new(server.Address, new RepositoryOptions());
        using RemoteContent? answer = await source.OpenAsync("x", from: 7, Token);
        Assert.Equal(0, answer!.From);
    }

    [Theory]
    [InlineData(403, true)]
    [InlineData(404, true)]
    [InlineData(206, false)]
    [InlineData(204, false)]
    [InlineData(401, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task What_is_not_there_is_told_apart_from_a_server_that_is_ill(int status, bool isMissing)
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        using HttpSource source = new(server.Address, new RepositoryOptions());

        if (isMissing)
        {
            Assert.Null(await source.OpenAsync("x", from: 0, Token));
        }
        else
        {
            await AssertUnavailableAsync(source);
        }
    }

    /// <summary>A hotel's portal, a proxy that wants a login: 200, and not the file.</summary>
    [Theory]
    [InlineData("text/html; charset=utf-8")]
    [InlineData("application/xhtml+xml")]
    [InlineData(null)]
    public async Task A_web_page_in_place_of_the_file_is_a_repository_that_is_not_reached(string? kind)
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.ContentType = kind;
            return context.Response.WriteAsync("\n <!DOCTYPE html><title>Welcome</title>", Token);
        });
        using HttpSource source = new(server.Address, new RepositoryOptions());
        TufException refused = await Assert.ThrowsAsync<TufException>(() => new Fetcher(new RepositoryOptions(), TimeProvider.System).ReadAsync(source, "timestamp.json", 10_000, Token));
        Assert.Equal(TufRefusal.Unavailable, refused.Refusal);
        Assert.Contains("found a web page", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_to_be_unreachable()
    {
        using HttpSource source = new(new Uri("http://127.0.0.1:1/"), new RepositoryOptions());
        await AssertUnavailableAsync(source);
    }

    [Fact]
    public async Task A_private_authority_is_trusted_where_it_is_named_and_nowhere_else()
    {
        await using LoopbackServer server = await ServeAsync(Issue("127.0.0.1"));

        using HttpSource trusting = new(server.Address, new RepositoryOptions { CaFile = WritePem(authority, "ca.pem") });
        using RemoteContent? answer = await trusting.OpenAsync("x", from: 0, Token);
        Assert.NotNull(answer);

        using HttpSource other = new(server.Address, new RepositoryOptions());
        await AssertUnavailableAsync(other);

        using X509Certificate2 stranger = Authority("Another authority");
        using HttpSource strangers = new(server.Address, new RepositoryOptions { CaFile = WritePem(stranger, "stranger.pem") });
        await AssertUnavailableAsync(strangers);
    }

    [Fact]
    public async Task A_certificate_of_another_name_or_one_that_has_expired_is_refused()
    {
        RepositoryOptions options = new() { CaFile = WritePem(authority, "ca.pem") };
        await using LoopbackServer otherName = await ServeAsync(Issue("192.0.2.1"));
        using HttpSource first = new(otherName.Address, options);
        await AssertUnavailableAsync(first);

        await using LoopbackServer expired = await ServeAsync(Issue("127.0.0.1", validUntil: DateTimeOffset.UtcNow.AddDays(-1)));
        using HttpSource second = new(expired.Address, options);
        await AssertUnavailableAsync(second);
    }

    [Fact]
    public async Task A_server_that_asks_who_is_there_is_shown_the_client_certificate()
    {
        await using LoopbackServer server = await ServeAsync(Issue("127.0.0.1"), asksWhoIsThere: true);
        using X509Certificate2 mine = Issue("127.0.0.2");
        RepositoryOptions options = new()
        {
            CaFile = WritePem(authority, "ca.pem"),
            ClientCertificateFile = WritePem(mine, "mine.pem"),
            ClientKeyFile = Path.Combine(folder.Path, "mine.key"),
        };
        await File.WriteAllTextAsync(options.ClientKeyFile, mine.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), Token);

        using HttpSource known = new(server.Address, options);
        using RemoteContent? answer = await known.OpenAsync("x", from: 0, Token);
        Assert.NotNull(answer);

        using HttpSource unknown = new(server.Address, options with { ClientCertificateFile = null, ClientKeyFile = null });
        await AssertUnavailableAsync(unknown);
    }

    [Fact]
    public void A_file_that_holds_no_certificate_is_named()
    {
        string file = Path.Combine(folder.Path, "empty.pem");
        File.WriteAllText(file, "nothing");
        TufException refused = Assert.Throws<TufException>(() => new HttpSource(new Uri("https://127.0.0.1/"), new RepositoryOptions { CaFile = file }));
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
    }

    private static async Task AssertUnavailableAsync(HttpSource source)
    {
        TufException refused = await Assert.ThrowsAsync<TufException>(() => source.OpenAsync("x", from: 0, Token));
        Assert.Equal(TufRefusal.Unavailable, refused.Refusal);
    }

    private static Task<LoopbackServer> ServeAsync(X509Certificate2 certificate, bool asksWhoIsThere = false) => LoopbackServer.StartAsync(
        context => LoopbackServer.AnswerAsync(context, Content),
        new HttpsConnectionAdapterOptions
        {
            ServerCertificate = certificate,
            ClientCertificateMode = asksWhoIsThere ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.NoCertificate,
            ClientCertificateValidation = (shown, _, _) => shown.Issuer == "CN=LeafSeg test authority",
        });

    private static X509Certificate2 Authority(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(30));
    }

    private X509Certificate2 Issue(string address, DateTimeOffset? validUntil = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={address}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 issued = request.Create(
            authority, DateTimeOffset.UtcNow.AddDays(-20), validUntil ?? DateTimeOffset.UtcNow.AddDays(20), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private string WritePem(X509Certificate2 certificate, string name)
    {
        string file = Path.Combine(folder.Path, name);
        File.WriteAllText(file, certificate.ExportCertificatePem());
        return file;
    }
}
