using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Json;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Labelling.Editing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>
/// The page on which labels are corrected, on loopback alone. Requests under another host's name, or from another site's page, are
/// refused: a browser would send them for any page that it has open.
/// </summary>
internal sealed class LabelPage : IAsyncDisposable
{
    /// <summary>A long stroke of the brush has some thousand points.</summary>
    private const long LongestRequest = 8 << 20;

    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        AllowOutOfOrderMetadataProperties = true,
    };

    private static readonly string Html = ReadPage();
    private readonly LabellingSession session;
    private readonly WebApplication app;
    private readonly int port;

    private LabelPage(LabellingSession session, int port)
    {
        (this.session, this.port) = (session, port);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LongestRequest;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <summary>Where a browser finds it.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/");

    /// <param name="session">The pictures.</param>
    /// <param name="port">Of loopback.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="SettingsException">The port is in use, or not for this user.</exception>
    public static async Task<LabelPage> StartAsync(LabellingSession session, int port, CancellationToken cancellation)
    {
        LabelPage page = new(session, port);
        try
        {
            await page.app.StartAsync(cancellation);
            return page;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await page.DisposeAsync();
            throw new SettingsException($"--port is {port}, which is in use; choose a free one.");
        }
        catch (SocketException e)
        {
            await page.DisposeAsync();
            throw new SettingsException($"--port is {port}, where nothing can listen ({e.Message}); choose another one, from 1024 on.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        (HttpRequest request, HttpResponse response) = (context.Request, context.Response);
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers["Referrer-Policy"] = "no-referrer";
        if (!IsOurs(request))
        {
            await SayAsync(response, StatusCodes.Status403Forbidden, $"This page is only for {Address} itself.");
            return;
        }

        try
        {
            await RouteAsync(context, (request.Path.Value ?? "/").Split('/')[1..]);
        }
        catch (LabelEditException e)
        {
            await SayAsync(response, StatusCodes.Status422UnprocessableEntity, e.Message);
        }
        catch (LabelConflictException e)
        {
            await SayAsync(response, StatusCodes.Status409Conflict, e.Message);
        }
        catch (Exception e) when (e is ImageFileException or DatasetException or IOException or UnauthorizedAccessException)
        {
            await SayAsync(response, StatusCodes.Status500InternalServerError, e.Message);
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            await SayAsync(response, StatusCodes.Status400BadRequest, $"A request that cannot be used: {JsonFault.InWords(e)}");
        }
        catch (Exception e) when (e is not OperationCanceledException && !response.HasStarted)
        {
            // What model or decoder throw.
            await SayAsync(response, StatusCodes.Status500InternalServerError, $"This could not be done: {e.Message}");
        }
    }

    /// <summary>By this address's own name, and from this page if from any.</summary>
    private bool IsOurs(HttpRequest request)
    {
        string[] hosts = [string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), string.Create(CultureInfo.InvariantCulture, $"localhost:{port}")];
        string host = request.Host.Value ?? "";
        return hosts.Contains(host, StringComparer.OrdinalIgnoreCase)
            && (StringValues.IsNullOrEmpty(request.Headers.Origin) || request.Headers.Origin == $"http://{host}")
            && (request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none")
            && (HttpMethods.IsGet(request.Method) || request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true);
    }

    private Task RouteAsync(HttpContext context, string[] path)
    {
        HttpResponse response = context.Response;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            return path switch
            {
                [""] => ShowAsync(response),
                ["state"] => WriteAsync(response, StateReport.Of(session)),
                ["picture", var number] when Find(number) is int index => SendPictureAsync(response, index),
                ["labels", var number] when Find(number) is int index => LabelsAsync(context, index),
                _ => SayAsync(response, StatusCodes.Status404NotFound, "There is nothing of that name."),
            };
        }

        if (!HttpMethods.IsPost(context.Request.Method) || path is not [var action, var of] || Find(of) is not int picture)
        {
            return SayAsync(response, StatusCodes.Status404NotFound, "There is nothing of that name.");
        }

        string expected = context.Request.Headers.IfMatch.ToString().Trim('"');
        return action switch
        {
            "edit" => EditAsync(context, picture, expected),
            "undo" => ChangeAsync(context, picture, document => (document.Undo(expected), 0)),
            "redo" => ChangeAsync(context, picture, document => (document.Redo(expected), 0)),
            "accept" => ChangeAsync(context, picture, document => Accepted(document, expected)),
            "save" => ChangeAsync(context, picture, document =>
            {
                document.Retry();
                return (default, 0);
            }),
            _ => SayAsync(response, StatusCodes.Status404NotFound, "There is nothing of that name."),
        };
    }

    private int? Find(string number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < session.Folder.Pictures.Count ? index : null;

    private Task ShowAsync(HttpResponse response)
    {
        response.ContentType = "text/html; charset=utf-8";

        // With the state of the moment, so that the first picture is requested at once. '<' is escaped by the serialiser.
        string page = Html.Replace("\"STATE\"", JsonSerializer.Serialize(StateReport.Of(session), Json), StringComparison.Ordinal);
        return response.WriteAsync(page, response.HttpContext.RequestAborted);
    }

    private static string ReadPage()
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("label.html")!;
        using StreamReader reader = new(resource);
        return reader.ReadToEnd();
    }

    /// <summary>The file itself where every browser shows it as it is read here, upright and with 8 bits; else as JPEG.</summary>
    private async Task SendPictureAsync(HttpResponse response, int index)
    {
        string path = session.Folder.Pictures[index].File.Picture;
        byte[] file = PictureFile.ReadBytes(path);
        PictureFormat format = PictureFormat.Of(file, path);
        bool asItIs = format is { Kind: PictureKind.Png or PictureKind.Jpeg, Bits: <= 8, HasAlpha: false, Orientation: Orientation.Upright, Colours: not PictureColours.Cmyk };
        response.ContentType = asItIs && format.Kind == PictureKind.Png ? "image/png" : "image/jpeg";
        await response.Body.WriteAsync(asItIs ? file : ImageFile.Encode(PictureDecoder.Decode(file, path).Image, ".jpg"), response.HttpContext.RequestAborted);
    }

    private async Task LabelsAsync(HttpContext context, int index)
    {
        LabelReport report = await session.UseAsync(
            index,
            document =>
            {
                string? taken = document.Reload();
                return Task.FromResult(LabelReport.Of(document, new PixelBox(0, 0, document.Map.Width, document.Map.Height), 0) with { Notice = taken });
            },
            context.RequestAborted);
        await WriteAsync(context.Response, report);
    }

    private async Task EditAsync(HttpContext context, int index, string expected)
    {
        LabelEdit edit = await ReadEditAsync(context);
        LabelReport report = await session.UseAsync(
            index,
            async document =>
            {
                (PixelBox box, ushort leaf) = document.Apply(await session.ResolveAsync(index, edit, document, context.RequestAborted), expected);
                return LabelReport.Of(document, box, leaf);
            },
            context.RequestAborted);
        await WriteAsync(context.Response, report);
    }

    private static async Task<LabelEdit> ReadEditAsync(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<LabelEdit>(context.Request.Body, Json, context.RequestAborted) ?? throw new JsonException("null, expected an edit");
        }
        catch (NotSupportedException e)
        {
            throw new JsonException("no \"op\", expected the kind of the edit, such as \"brush\"", e);
        }
    }

    private async Task ChangeAsync(HttpContext context, int index, Func<LabelDocument, (PixelBox Box, ushort Leaf)> change)
    {
        LabelReport report = await session.UseAsync(
            index,
            document =>
            {
                (PixelBox box, ushort leaf) = change(document);
                return Task.FromResult(LabelReport.Of(document, box, leaf));
            },
            context.RequestAborted);
        await WriteAsync(context.Response, report with { Next = session.Folder.NextAfter(index) });
    }

    private static (PixelBox, ushort) Accepted(LabelDocument document, string expected)
    {
        document.Accept(expected);
        return default;
    }

    private static Task WriteAsync<T>(HttpResponse response, T report)
    {
        response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(response.Body, report, Json, response.HttpContext.RequestAborted);
    }

    private static Task SayAsync(HttpResponse response, int status, string message)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(message, response.HttpContext.RequestAborted);
    }
}
