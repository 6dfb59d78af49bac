using System.Net;
using System.Net.Sockets;
using LeafSeg.EndToEnd;

namespace LeafSeg.EdgeAgent.Tests.Capture.Genicam;

/// <summary>Aravis' own GigE Vision camera, on loopback. It has the one port of the standard, so there is one at a time on a machine.</summary>
internal sealed class FakeGigECamera : IDisposable
{
    private const int ControlPort = 3956;
    private readonly ChildProcess program;

    private FakeGigECamera(ChildProcess program) => this.program = program;

    public static async Task<FakeGigECamera> StartAsync(string serial)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        while (!IsFree())
        {
            await Task.Delay(200, patience.Token);
        }

        FakeGigECamera camera = new(new ChildProcess("setpriv", "--pdeathsig", "KILL", "arv-fake-gv-camera-0.8", "-i", "127.0.0.1", "-s", serial));
        while (!camera.program.HasExited && IsFree())
        {
            await Task.Delay(50, patience.Token);
        }

        return camera;
    }

    public void Dispose() => program.Dispose();

    private static bool IsFree()
    {
        try
        {
            using UdpClient probe = new(new IPEndPoint(IPAddress.Loopback, ControlPort));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
