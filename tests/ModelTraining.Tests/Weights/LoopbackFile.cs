using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LeafSeg.ModelTraining.Tests.Weights;

/// <summary>A web server on this machine with one file, and with the faults that servers and lines have.</summary>
internal sealed class LoopbackFile : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly byte[] content;
    private readonly Task serving;

    public LoopbackFile(byte[] content)
    {
        this.content = content;
        listener.Start();
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/weights/resnet.pth");
        serving = Serve();
    }

    public string Url { get; }

    /// <summary>The Range header of each request; empty without.</summary>
    public List<string> Ranges { get; } = [];

    /// <summary>Whether it sends parts of the file when asked to.</summary>
    public bool KnowsRanges { get; set; } = true;

    public int Status { get; set; } = 200;

    /// <summary>Bytes after which the line goes dead; once.</summary>
    public int? BreaksAfter { get; set; }

    /// <summary>The line stays open and silent instead.</summary>
    public bool HangsInstead { get; set; }

    public void Dispose()
    {
        listener.Stop();
        try
        {
#pragma warning disable RS0030 // the server's own thread, which has nothing else to do
            serving.Wait(TestContext.Current.CancellationToken);
#pragma warning restore RS0030
        }
        catch (AggregateException e) when (e.InnerException is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task Serve()
    {
        List<TcpClient> hanging = [];
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                if (await Answer(client.GetStream()))
                {
                    client.Dispose();
                }
                else
                {
                    hanging.Add(client);
                }
            }
        }
        finally
        {
            hanging.ForEach(client => client.Dispose());
        }
    }

    /// <returns>Whether the connection is to be closed.</returns>
    private async Task<bool> Answer(NetworkStream stream)
    {
        using StreamReader reader = new(stream, leaveOpen: true);
        string range = "";
        for (string? line = await reader.ReadLineAsync(); !string.IsNullOrEmpty(line); line = await reader.ReadLineAsync())
        {
            range = line.StartsWith("Range: ", StringComparison.OrdinalIgnoreCase) ? line["Range: ".Length..] : range;
        }

        Ranges.Add(range);
        int from = KnowsRanges && range.Length > 0 ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
        int status = Status != 200 ? Status : from > content.Length - 1 ? 416 : from > 0 ? 206 : 200;
        byte[] body = status is 200 or 206 ? content[from..] : [];
        string part = status == 206 ? $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n" : "";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Word\r\nContent-Length: {body.Length}\r\n{part}Connection: close\r\n\r\n"));
        if (BreaksAfter is { } bytes)
        {
            BreaksAfter = null;
            await stream.WriteAsync(body.AsMemory(0, bytes));
            return !HangsInstead;
        }

        await stream.WriteAsync(body);
        return true;
    }
}
