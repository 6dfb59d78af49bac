using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Machine;

/// <summary>Ports for what the agent serves on this machine.</summary>
internal static class LoopbackPort
{
    private const int PortsToTry = 50;

    /// <summary>The port requested, else the first free one from the usual one on.</summary>
    /// <exception cref="AgentException">It is in use.</exception>
    public static int Free(string setting, int? asked, int usual)
    {
        foreach (int port in asked is null ? Enumerable.Range(usual, PortsToTry) : [asked.Value])
        {
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new AgentException(ExitCode.Machine, string.Create(CultureInfo.InvariantCulture,
            $"{setting}: port {asked ?? usual} on 127.0.0.1 is in use or not allowed; expected a free one: stop the other program or choose another port"));
    }

    private static bool IsFree(int port)
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Bound as the servers bind: .NET lets a port that an earlier run has just left be taken again by itself, while
            // its ReuseAddress option would share the port with another listener.
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            probe.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
