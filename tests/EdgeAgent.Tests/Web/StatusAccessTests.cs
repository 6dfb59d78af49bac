using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Overlays;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Tests.Publishing;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Web;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Web;

/// <summary>Who may see the status page, over real sockets.</summary>
public sealed class StatusAccessTests : IAsyncLifetime
{
    private const string Token = "0123456789abcdef0123456789abcdef";
    private static readonly string[] Closed = ["/", "/status.json", "/overlay.jpg", "/metrics", "/readyz", "/no-such-thing"];

    private readonly TemporaryFolder folder = new();
    private readonly LinkBench bench = new();
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly int port = LoopbackPort.Free("port", null, 18_180);
    private readonly CookieContainer cookies = new();
    private readonly List<StatusPage> pages = [];
    private readonly HttpClientHandler handler;
    private readonly HttpClient http;
    private X509Certificate2? shown;

    public StatusAccessTests()
    {
        handler = new HttpClientHandler
        {
            CookieContainer = cookies,
            AllowAutoRedirect = false,
#pragma warning disable CA5359 // The tests compare the certificate themselves.
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
#pragma warning restore CA5359
            {
                shown = X509CertificateLoader.LoadCertificate(certificate!.RawData);
                return true;
            },
        };
        http = new HttpClient(handler);
    }

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private string TokenFile => Path.Combine(folder.Path, "token");

    private string CertificateFile => Path.Combine(folder.Path, "rig.pem");

    public async ValueTask InitializeAsync() => await File.WriteAllTextAsync(TokenFile, Token + "\n", Now);

    public async ValueTask DisposeAsync()
    {
        foreach (StatusPage page in pages)
        {
            await page.DisposeAsync();
        }

        await bench.DisposeAsync();
        http.Dispose();
        handler.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Any_address_but_loopback_is_refused_without_a_token()
    {
        foreach (string address in (string[])["0.0.0.0", "::", "192.168.1.5"])
        {
            SettingProblem problem = Assert.Single(new StatusPageOptions { Address = address }.Problems("statusPage"));
            Assert.Equal("statusPage.tokenFile", problem.Setting);
            Assert.Empty(new StatusPageOptions { Address = address, TokenFile = "token" }.Problems("statusPage"));
            Assert.Empty(new StatusPageOptions { Address = address, Enabled = false }.Problems("statusPage"));
        }

        Assert.Empty(new StatusPageOptions { Address = "::1" }.Problems("statusPage"));
    }

    [Theory]
    [InlineData("short", "found a token of 5 characters")]
    [InlineData("", "nothing is in it")]
    public async Task A_token_that_is_no_secret_is_refused_at_the_start(string token, string told)
    {
        await File.WriteAllTextAsync(TokenFile, token, Now);
        AgentException refusal = Assert.Throws<AgentException>(() => Page(tls: false));
        Assert.Equal(ExitCode.Setting, refusal.ExitCode);
        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\"short\"", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_health_is_open_and_it_says_no_more_than_whether()
    {
        string at = await StartAsync();
        foreach (string path in Closed)
        {
            using HttpResponseMessage answer = await http.GetAsync(at + path, Now);
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, answer.StatusCode));
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
            Assert.DoesNotContain("ghent", await answer.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        }

        Assert.Equal("ok\n", await http.GetStringAsync(at + "/healthz", Now));
        bench.Alarms.Raise(AlarmCode.CameraLost, AlarmSeverity.Critical, "the camera of the cellar");
        using HttpResponseMessage ill = await http.GetAsync(at + "/healthz", Now);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ill.StatusCode);
        Assert.DoesNotContain("cellar", await ill.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_shows_the_token_with_each_request()
    {
        string at = await StartAsync();
        foreach (string path in (string[])["/status.json", "/metrics", "/"])
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(at + path, Token));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(at + "/metrics", Token + "0"));
    }

    [Fact]
    public async Task A_browser_gets_a_form_and_then_a_cookie_that_holds_no_token()
    {
        string at = await StartAsync();
        using HttpRequestMessage first = new(HttpMethod.Get, at + "/");
        first.Headers.Accept.ParseAdd("text/html");
        using HttpResponseMessage form = await http.SendAsync(first, Now);
        Assert.Equal(HttpStatusCode.Unauthorized, form.StatusCode);
        Assert.Contains("<form", await form.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);

        using HttpResponseMessage login = await LogInAsync(at, Token);
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (login.StatusCode, login.Headers.Location!.ToString()));
        string set = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", set, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", set, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Token, set, StringComparison.Ordinal);
        Assert.Contains("\"rig\"", await http.GetStringAsync(at + "/status.json", Now), StringComparison.Ordinal);

        // Neither a cookie that somebody wrote nor one of a week ago.
        Cookie own = cookies.GetAllCookies().Single();
        string value = own.Value;
        own.Value = $"{long.MaxValue}.{value.Split('.')[1]}";
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(at + "/status.json", null));
        own.Value = value;
        Assert.Equal(HttpStatusCode.OK, await AskAsync(at + "/status.json", null));
        time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(at + "/status.json", null));
    }

    [Fact]
    public async Task Whoever_tries_tokens_waits_longer_each_time_and_a_right_one_is_not_seen_meanwhile()
    {
        string at = await StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(at + "/metrics", "wrong"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(at + "/metrics", Token));
        using (HttpResponseMessage login = await LogInAsync(at, Token))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, login.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), login.Headers.RetryAfter!.Delta);
        }

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(at + "/metrics", "wrong"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(at + "/metrics", Token));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(at + "/metrics", Token));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(at + "/metrics", null));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(at + "/metrics", Token));
    }

    [Fact]
    public async Task A_certificate_encrypts_the_page_and_a_renewed_one_is_taken_without_a_restart()
    {
        string first = WriteCertificate();
        string at = await StartAsync(tls: true);
        using HttpResponseMessage login = await LogInAsync(at, Token);
        Assert.Contains("secure", Assert.Single(login.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(first, shown!.Thumbprint);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetStringAsync($"http://127.0.0.1:{port}/healthz", Now));

        // One that is only half there is passed over.
        await File.WriteAllTextAsync(CertificateFile, "-----BEGIN CERTIFICATE-----", Now);
        Assert.Equal(first, await ShownAsync(at));
        string second = WriteCertificate();
        Assert.Equal(second, await ShownAsync(at));
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_is_refused_at_the_start()
    {
        await File.WriteAllTextAsync(CertificateFile, "no certificate", Now);
        AgentException refusal = Assert.Throws<AgentException>(() => Page(tls: true));
        Assert.Equal(ExitCode.Setting, refusal.ExitCode);
        Assert.StartsWith("statusPage.tls.certificateFile: found ", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>What a new connection is shown, a minute later.</summary>
    private async Task<string> ShownAsync(string at)
    {
        time.Advance(TimeSpan.FromMinutes(1));
        using HttpRequestMessage request = new(HttpMethod.Get, at + "/healthz");
        request.Headers.ConnectionClose = true;
        using (await http.SendAsync(request, Now))
        {
        }

        using HttpClientHandler fresh = new() { ServerCertificateCustomValidationCallback = handler.ServerCertificateCustomValidationCallback };
        using HttpClient client = new(fresh);
        Assert.Equal("ok\n", await client.GetStringAsync(at + "/healthz", Now));
        return shown!.Thumbprint;
    }

    private string WriteCertificate()
    {
        using RSA key = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=rig", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(CertificateFile, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return certificate.Thumbprint;
    }

    private async Task<HttpResponseMessage> LogInAsync(string at, string token)
    {
        using FormUrlEncodedContent form = new([new KeyValuePair<string, string>("token", token)]);
        return await http.PostAsync(at + "/login", form, Now);
    }

    private async Task<HttpStatusCode> AskAsync(string url, string? token)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage answer = await http.SendAsync(request, Now);
        return answer.StatusCode;
    }

    private async Task<string> StartAsync(bool tls = false)
    {
        await Page(tls).StartAsync(Now);
        return $"{(tls ? "https" : "http")}://127.0.0.1:{port}";
    }

    private StatusPage Page(bool tls)
    {
        RecentResults recent = new();
        UpdateJournal updates = new(Path.Combine(folder.Path, "request.json"));
        StatusReport report = new(bench.Rig, bench.Models, updates, [new CameraStatus("top")],
            bench.Link, bench.Outbox, bench.Counters, bench.Alarms, recent, TimeProvider.System);
        MetricsReport metrics = new(bench.Rig, bench.Link, bench.Outbox, new OverlayRing(folder.Path, 1), bench.Counters, bench.Alarms, recent, bench.Models, updates, bench.NewHealth());
        StatusPageOptions options = new() { Port = port, TokenFile = TokenFile, Tls = new StatusPageTlsOptions { CertificateFile = tls ? CertificateFile : null } };
        StatusPage page = new(options, report, metrics, recent, NullLogger<StatusPage>.Instance, time);
        pages.Add(page);
        return page;
    }
}
