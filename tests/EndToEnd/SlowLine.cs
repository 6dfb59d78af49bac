using System.Net;
using System.Net.Sockets;

namespace LeafSeg.EndToEnd;

/// <summary>A bad line between two programs: a port of this machine that passes on what comes from another one slowly, and breaks off.</summary>
internal sealed class SlowLine : IDisposable
{
    private const int Piece = 4096;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly int port;
    private readonly int bytesPerSecond;

    /// <param name="port">Where the other program listens.</param>
    /// <param name="bytesPerSecond">How much comes from it.</param>
    public SlowLine(int port, int bytesPerSecond)
    {
        (this.port, this.bytesPerSecond) = (port, bytesPerSecond);
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>A connection breaks off after so many bytes.</summary>
    public long BreaksAfter { get; set; } = long.MaxValue;

    /// <summary>Bytes that were passed on.</summary>
    public long Passed { get; private set; }

    public void Dispose()
    {
        end.Cancel();
        listener.Dispose();
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await listener.AcceptTcpClientAsync(end.Token), end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The end.
        }
    }

    private async Task PassAsync(TcpClient near, CancellationToken cancellation)
    {
        using TcpClient far = new();
        using (near)
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, port, cancellation);
                Task request = near.GetStream().CopyToAsync(far.GetStream(), cancellation);
                byte[] buffer = new byte[Piece];
                long passed = 0;
                for (int count = await far.GetStream().ReadAsync(buffer, cancellation); count > 0 && passed < BreaksAfter; count = await far.GetStream().ReadAsync(buffer, cancellation))
                {
                    await near.GetStream().WriteAsync(buffer.AsMemory(0, count), cancellation);
                    passed += count;
                    Passed += count;
                    await Task.Delay(TimeSpan.FromSeconds((double)count / bytesPerSecond), cancellation);
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The line broke.
            }
        }
    }
}
