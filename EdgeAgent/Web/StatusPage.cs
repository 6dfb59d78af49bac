using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Overlays;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Primitives;

namespace LeafSeg.EdgeAgent.Web;

/// <summary>A page, on loopback unless the settings say otherwise, that shows the newest picture, the numbers so far, and how the rig is.</summary>
internal sealed partial class StatusPage : IHostedService, IAsyncDisposable
{
    private const int UsualPort = 8080;
    private const string HealthPath = "/healthz";

    /// <summary>A form with a token is all that anybody sends.</summary>
    private const long LongestRequest = 4096;
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Converters = { new JsonStringEnumConverter() } };
    private static readonly string Page = ReadPage();
    private readonly StatusReport report;
    private readonly RecentResults recent;
    private readonly DoubtfulPictures? doubtful;
    private readonly ILogger<StatusPage> log;
    private readonly MetricsReport metrics;
    private readonly IPAddress address;
    private readonly int port;
    private readonly StatusAccess? access;
    private readonly WebCertificate? certificate;
    private readonly WebApplication app;

    /// <exception cref="AgentException">The port is in use; token or certificate cannot be read.</exception>
    public StatusPage(
        StatusPageOptions options, StatusReport report, MetricsReport metrics, RecentResults recent, ILogger<StatusPage> log, TimeProvider? time = null,
        DoubtfulPictures? doubtful = null)
    {
        this.report = report;
        this.metrics = metrics;
        address = IPAddress.Parse(options.Address);
        this.recent = recent;
        this.doubtful = doubtful;
        this.log = log;
        access = StatusAccess.Of(options, time ?? TimeProvider.System);
        certificate = options.Tls.CertificateFile is null ? null : new WebCertificate(options.Tls, time ?? TimeProvider.System, log);
        port = LoopbackPort.Free("statusPage.port (--status-port)", options.Port, UsualPort);

        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LongestRequest;
            kestrel.Listen(address, port, Encrypt);
        });
        builder.Services.AddRoutingCore();
        app = builder.Build();
        if (access is not null)
        {
            app.Use((context, next) => context.Request.Path == HealthPath ? next(context) : access.CheckAsync(context, () => next(context)));
        }

        app.UseRouting();
        app.MapGet("/", Show);
        app.MapGet("/status.json", () => Results.Text(State(), "application/json"));
        app.MapGet("/leaves.json", (string? plant) => Results.Text(JsonSerializer.Serialize(this.report.HistoryOf(plant ?? ""), Json), "application/json"));
        app.MapGet("/overlay.jpg", ShowOverlay);
        app.MapGet("/doubtful.json", ListDoubtful);
        app.MapGet("/doubtful/{file}", SendDoubtful);
        app.MapGet("/metrics", () => Results.Text(this.metrics.Now(), "text/plain; version=0.0.4; charset=utf-8"));
        app.MapGet(HealthPath, context => Health(context).ExecuteAsync(context));
        app.MapGet("/readyz", () => Answer(this.report.NotReady()));
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new AgentException(ExitCode.Machine,
                $"statusPage.port (--status-port): port {port} is in use; expected a free one", e);
        }
        catch (SocketException e)
        {
            throw new AgentException(ExitCode.Machine,
                $"statusPage.address: found {address}, where nothing can listen ({e.Message}); expected an address of this machine", e);
        }

        LogServing(certificate is null ? "http" : "https", new IPEndPoint(address, port));
        if (certificate is null && !IPAddress.IsLoopback(address))
        {
            LogUnencrypted();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private void Encrypt(ListenOptions listen)
    {
        if (certificate is null)
        {
            return;
        }

        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current }),
        });
    }

    /// <summary>Open to everybody, for supervisors; what is wrong is only for whoever may see the page.</summary>
    private IResult Health(HttpContext context)
    {
        IReadOnlyList<string> troubles = report.Troubles();
        return Answer(troubles.Count > 0 && access?.HasCookie(context.Request) == false ? ["something is wrong; the status page tells what"] : troubles);
    }

    private static IResult Answer(IReadOnlyList<string> problems) => problems.Count == 0
        ? Results.Text("ok\n")
        : Results.Text(string.Join('\n', problems) + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);

    private string State() => JsonSerializer.Serialize(report.Now(), Json);

    /// <summary>The page comes with the state of the moment, so that there is something to see before the first refresh.</summary>
    private IResult Show(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(Page.Replace("\"STATE\"", State(), StringComparison.Ordinal), "text/html");
    }

    private IResult ShowOverlay(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        CaptureOverlay? overlay = !context.Request.Query.TryGetValue("sequence", out StringValues wanted) ? recent.Overlay
            : long.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out long sequence) ? recent.OverlayOf(sequence)
            : null;
        if (overlay is null)
        {
            return Results.NotFound();
        }

        context.Response.Headers["X-LeafSeg-Sequence"] = overlay.Sequence.ToString(CultureInfo.InvariantCulture);
        return Results.Bytes(overlay.Jpeg, "image/jpeg");
    }

    private IResult ListDoubtful() => doubtful is null
        ? Results.Text("no doubtful pictures are kept here: originals.doubtful.maxMegabytes\n", statusCode: StatusCodes.Status404NotFound)
        : Results.Bytes(MessageJson.Write(doubtful.List()), "application/json");

    /// <summary>Whole or in part: a transfer that broke off goes on where it was.</summary>
    private IResult SendDoubtful(string file)
    {
        try
        {
            return doubtful?.Find(file) is { } path
                ? Results.Stream(File.OpenRead(path), "image/png", enableRangeProcessing: true)
                : Results.NotFound();
        }
        catch (FileNotFoundException)
        {
            // It has made room a moment ago.
            return Results.NotFound();
        }
    }

    private static string ReadPage()
    {
        using Stream page = Assembly.GetExecutingAssembly().GetManifestResourceStream("status.html")!;
        using StreamReader reader = new(page);
        return reader.ReadToEnd();
    }
}
