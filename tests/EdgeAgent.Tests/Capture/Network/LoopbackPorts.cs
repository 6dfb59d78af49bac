using System.Net;
using System.Net.Sockets;

namespace LeafSeg.EdgeAgent.Tests.Capture.Network;

internal static class LoopbackPorts
{
    public static int Free()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
