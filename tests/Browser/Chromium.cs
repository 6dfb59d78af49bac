using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LeafSeg.Browser;

/// <summary>A headless Chromium with one page, driven through the DevTools protocol; for one caller at a time.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const int Left = 1;
    private readonly Process process;
    private readonly DirectoryInfo profile;
    private readonly ClientWebSocket socket = new();
    private int calls;

    private Chromium(Process process, DirectoryInfo profile)
    {
        (this.process, this.profile) = (process, profile);
    }

    /// <summary>What the page's scripts have failed with.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Addresses that the page has asked for.</summary>
    public List<string> Requests { get; } = [];

    public static async Task<Chromium> OpenAsync(Uri address, int width, int height, CancellationToken cancellation)
    {
        DirectoryInfo profile = Directory.CreateTempSubdirectory("leafseg-chromium-");
        ProcessStartInfo start = new("chromium",
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", $"--window-size={width},{height}", "about:blank",
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        Chromium browser = new(Process.Start(start)!, profile);
        browser.process.BeginErrorReadLine();
        browser.process.BeginOutputReadLine();
        await browser.ConnectAsync(cancellation);
        await browser.ResizeAsync(width, height, cancellation);
        await browser.CallAsync("Runtime.enable", [], cancellation);
        await browser.CallAsync("Network.enable", [], cancellation);
        await browser.CallAsync("Page.enable", [], cancellation);
        await browser.CallAsync("Page.navigate", new() { ["url"] = address.ToString() }, cancellation);
        return browser;
    }

    /// <summary>The page's size in CSS pixels.</summary>
    public Task ResizeAsync(int width, int height, CancellationToken cancellation) => CallAsync(
        "Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false }, cancellation);

    /// <summary>The value of an expression; a promise is waited for.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression, CancellationToken cancellation)
    {
        JsonElement answer = await CallAsync("Runtime.evaluate", new() { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true }, cancellation);
        return answer.TryGetProperty("exceptionDetails", out JsonElement failed) ? throw new InvalidOperationException($"{expression}: {failed}")
            : answer.GetProperty("result").TryGetProperty("value", out JsonElement value) ? value
            : default;
    }

    /// <summary>Waits until an expression is true.</summary>
    public async Task UntilAsync(string expression, CancellationToken cancellation)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while ((await EvaluateAsync($"Boolean({expression})", cancellation)).ValueKind != JsonValueKind.True)
        {
            if (waited.Elapsed > TimeSpan.FromMinutes(2))
            {
                throw new TimeoutException($"Never true: {expression}\n{string.Join('\n', Errors)}");
            }

            await Task.Delay(30, cancellation);
        }
    }

    /// <summary>Moves the mouse along points with the left button down; one point is a click.</summary>
    /// <param name="points">CSS pixels of the page.</param>
    /// <param name="shift">With the Shift key down.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task DragAsync(IReadOnlyList<(double X, double Y)> points, bool shift, CancellationToken cancellation)
    {
        await MouseAsync("mouseMoved", points[0], 0, shift, cancellation);
        await MouseAsync("mousePressed", points[0], Left, shift, cancellation);
        foreach ((double, double) point in points.Skip(1))
        {
            await MouseAsync("mouseMoved", point, Left, shift, cancellation);
        }

        await MouseAsync("mouseReleased", points[^1], Left, shift, cancellation);
    }

    public Task WheelAsync(double x, double y, double delta, CancellationToken cancellation) => CallAsync(
        "Input.dispatchMouseEvent", new() { ["type"] = "mouseWheel", ["x"] = x, ["y"] = y, ["deltaX"] = 0, ["deltaY"] = delta }, cancellation);

    /// <summary>A finger for each point, put down, moved to the same place of <paramref name="to"/>, and lifted.</summary>
    public async Task TouchAsync(IReadOnlyList<(double X, double Y)> from, IReadOnlyList<(double X, double Y)> to, CancellationToken cancellation)
    {
        await CallAsync("Input.dispatchTouchEvent", new() { ["type"] = "touchStart", ["touchPoints"] = Fingers(from) }, cancellation);
        await CallAsync("Input.dispatchTouchEvent", new() { ["type"] = "touchMove", ["touchPoints"] = Fingers(to) }, cancellation);
        await CallAsync("Input.dispatchTouchEvent", new() { ["type"] = "touchEnd", ["touchPoints"] = new JsonArray() }, cancellation);

        static JsonArray Fingers(IReadOnlyList<(double X, double Y)> points) => [.. points.Select((point, id) => new JsonObject { ["x"] = point.X, ["y"] = point.Y, ["id"] = id })];
    }

    /// <summary>Presses a key: a letter, or a name such as "Enter".</summary>
    public async Task KeyAsync(string key, CancellationToken cancellation)
    {
        JsonObject down = new() { ["type"] = "keyDown", ["key"] = key };
        if (key.Length == 1)
        {
            down["text"] = key;
        }

        await CallAsync("Input.dispatchKeyEvent", down, cancellation);
        await CallAsync("Input.dispatchKeyEvent", new() { ["type"] = "keyUp", ["key"] = key }, cancellation);
    }

    /// <param name="path">A .png or .jpg file.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task ScreenshotAsync(string path, CancellationToken cancellation)
    {
        bool isPng = path.EndsWith(".png", StringComparison.Ordinal);
        JsonObject how = new() { ["format"] = isPng ? "png" : "jpeg" };
        if (!isPng)
        {
            how["quality"] = 85;
        }

        JsonElement answer = await CallAsync("Page.captureScreenshot", how, cancellation);
        await File.WriteAllBytesAsync(path, answer.GetProperty("data").GetBytesFromBase64(), cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        for (int attempt = 0; profile.Exists && attempt < 50; attempt++)
        {
            try
            {
                profile.Delete(recursive: true);
                return;
            }
            catch (IOException)
            {
                // A child of the browser that has not quite gone.
                await Task.Delay(100);
            }
        }
    }

    private Task<JsonElement> MouseAsync(string type, (double X, double Y) at, int buttons, bool shift, CancellationToken cancellation) => CallAsync(
        "Input.dispatchMouseEvent",
        new()
        {
            ["type"] = type,
            ["x"] = at.X,
            ["y"] = at.Y,
            ["button"] = type == "mouseMoved" && buttons == 0 ? "none" : "left",
            ["buttons"] = type == "mouseReleased" ? 0 : buttons,
            ["clickCount"] = type == "mouseMoved" ? 0 : 1,
            ["modifiers"] = shift ? 8 : 0,
        },
        cancellation);

    private async Task ConnectAsync(CancellationToken cancellation)
    {
        string file = Path.Combine(profile.FullName, "DevToolsActivePort");
        Stopwatch waited = Stopwatch.StartNew();
        while (!File.Exists(file) || (await File.ReadAllLinesAsync(file, cancellation)).Length < 2)
        {
            if (process.HasExited || waited.Elapsed > TimeSpan.FromMinutes(2))
            {
                throw new InvalidOperationException("Chromium does not start.");
            }

            await Task.Delay(50, cancellation);
        }

        int port = int.Parse((await File.ReadAllLinesAsync(file, cancellation))[0], CultureInfo.InvariantCulture);
        using HttpClient http = new();
        using JsonDocument targets = JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/json/list"), cancellation));
        string target = targets.RootElement.EnumerateArray().First(one => one.GetProperty("type").GetString() == "page").GetProperty("webSocketDebuggerUrl").GetString()!;
        await socket.ConnectAsync(new Uri(target), cancellation);
    }

    private async Task<JsonElement> CallAsync(string method, JsonObject parameters, CancellationToken cancellation)
    {
        int id = ++calls;
        JsonObject call = new() { ["id"] = id, ["method"] = method, ["params"] = parameters };
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(call), WebSocketMessageType.Text, endOfMessage: true, cancellation);
        while (true)
        {
            JsonElement message = await ReceiveAsync(cancellation);
            if (message.TryGetProperty("id", out JsonElement of) && of.GetInt32() == id)
            {
                return message.TryGetProperty("error", out JsonElement error) ? throw new InvalidOperationException($"{method}: {error}") : message.GetProperty("result");
            }

            Note(message);
        }
    }

    private void Note(JsonElement message)
    {
        switch (message.GetProperty("method").GetString())
        {
            case "Runtime.exceptionThrown":
                Errors.Add(message.GetProperty("params").ToString());
                break;
            case "Network.requestWillBeSent":
                Requests.Add(message.GetProperty("params").GetProperty("request").GetProperty("url").GetString()!);
                break;
        }
    }

    private async Task<JsonElement> ReceiveAsync(CancellationToken cancellation)
    {
        using MemoryStream message = new();
        byte[] buffer = new byte[1 << 16];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return JsonDocument.Parse(message.ToArray()).RootElement;
    }
}
