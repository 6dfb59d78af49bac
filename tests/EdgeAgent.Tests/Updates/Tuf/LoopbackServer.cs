using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace LeafSeg.EdgeAgent.Tests.Updates.Tuf;

/// <summary>A web server on loopback that answers as a test says.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication server;

    private LoopbackServer(WebApplication server) => this.server = server;

    /// <summary>Files that were asked for, not escaped, with " 404" where there was none.</summary>
    public ConcurrentQueue<string> Requests { get; private set; } = new();

    /// <summary>Ends with a slash.</summary>
    public Uri Address => new($"{server.Urls.First()}/");

    public static async Task<LoopbackServer> StartAsync(Func<HttpContext, Task> answer, HttpsConnectionAdapterOptions? tls = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (tls is not null)
            {
                listen.UseHttps(tls);
            }
        }));
        LoopbackServer loopback = new(builder.Build());
        loopback.server.Run(context => answer(context));
        await loopback.server.StartAsync(TestContext.Current.CancellationToken);
        return loopback;
    }

    /// <summary>Serves files by name, whole or from a byte on.</summary>
    public static async Task<LoopbackServer> StartAsync(Func<string, byte[]?> find)
    {
        ConcurrentQueue<string> requests = new();
        LoopbackServer loopback = await StartAsync(context =>
        {
            string path = Uri.UnescapeDataString(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget)[1..];
            byte[]? file = find(path);
            requests.Enqueue($"{path}{(file is null ? " 404" : "")}");
            return AnswerAsync(context, file);
        });
        loopback.Requests = requests;
        return loopback;
    }

    public static async Task AnswerAsync(HttpContext context, byte[]? file)
    {
        if (file is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        int from = 0;
        if (context.Request.GetTypedHeaders().Range is { } range)
        {
            from = (int)range.Ranges.First().From!.Value;
            if (from >= file.Length)
            {
                context.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                return;
            }

            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{file.Length - 1}/{file.Length}");
        }

        context.Response.ContentLength = file.Length - from;
        await context.Response.Body.WriteAsync(file.AsMemory(from), context.RequestAborted);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
