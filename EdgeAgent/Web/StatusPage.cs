using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LeafSeg.EdgeAgent.Web;

/// <summary>A page on loopback that shows the newest picture, the numbers so far, and how the rig is.</summary>
internal sealed partial class StatusPage : IHostedService, IAsyncDisposable
{
    private const int UsualPort = 8080;
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Converters = { new JsonStringEnumConverter() } };
    private static readonly string Page = ReadPage();
    private readonly StatusReport report;
    private readonly RecentResults recent;
    private readonly ILogger<StatusPage> log;
    private readonly MetricsReport metrics;
    private readonly IPAddress address;
    private readonly int port;
    private readonly WebApplication app;

    /// <exception cref="AgentException">The port is in use.</exception>
    public StatusPage(StatusPageOptions options, StatusReport report, MetricsReport metrics, RecentResults recent, ILogger<StatusPage> log)
    {
        this.report = report;
        this.metrics = metrics;
        address = IPAddress.Parse(options.Address);
        this.recent = recent;
        this.log = log;
        port = LoopbackPort.Free("statusPage.port (--status-port)", options.Port, UsualPort);

        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address, port);
        });
        builder.Services.AddRoutingCore();
        app = builder.Build();
        app.UseRouting();
        app.MapGet("/", Show);
        app.MapGet("/status.json", () => Results.Text(State(), "application/json"));
        app.MapGet("/overlay.jpg", ShowOverlay);
        app.MapGet("/metrics", () => Results.Text(this.metrics.Now(), "text/plain; version=0.0.4; charset=utf-8"));
        app.MapGet("/healthz", () => Answer(this.report.Troubles()));
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

        LogServing(new IPEndPoint(address, port));
    }

    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();

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

    private static string ReadPage()
    {
        using Stream page = Assembly.GetExecutingAssembly().GetManifestResourceStream("status.html")!;
        using StreamReader reader = new(page);
        return reader.ReadToEnd();
    }
}
