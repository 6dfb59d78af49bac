using System.Net;
using System.Net.Sockets;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Tests.Machine;

public class LoopbackPortTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_port_that_another_program_listens_on_is_passed_over_and_refused_when_asked_for(bool otherWouldShareIt)
    {
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (otherWouldShareIt)
        {
            other.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        }

        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen(1);
        int taken = ((IPEndPoint)other.LocalEndPoint!).Port;

        Assert.NotEqual(taken, LoopbackPort.Free("x", asked: null, usual: taken));
        AgentException refusal = Assert.Throws<AgentException>(() => LoopbackPort.Free("x", taken, usual: 1));
        Assert.Equal(ExitCode.Machine, refusal.ExitCode);
    }
}
