using System.Net;
using System.Net.Sockets;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using MQTTnet.Server;

namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>An MQTT broker inside the agent, on loopback only, for a machine that has none. It keeps nothing on disk.</summary>
internal sealed partial class EmbeddedBroker : IHostedService, IDisposable
{
    private const int UsualPort = 1883;
    private readonly BrokerAddress address;
    private readonly ILogger<EmbeddedBroker> log;
    private readonly MqttServer server;

    public EmbeddedBroker(BrokerAddress address, ILogger<EmbeddedBroker> log)
    {
        this.address = address;
        this.log = log;
        MqttServerFactory factory = new();
        server = factory.CreateMqttServer(factory.CreateServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Parse(address.Host))
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(address.Port)
            .WithPersistentSessions(true)
            .Build());

        // A client may come without an id; this server wants one.
        server.ValidatingConnectionAsync += connection =>
        {
            if (string.IsNullOrEmpty(connection.ClientId))
            {
                connection.AssignedClientIdentifier = $"anonymous-{Guid.NewGuid():N}";
            }

            return Task.CompletedTask;
        };
    }

    /// <summary>Settles the port: the one requested, else the first free one from 1883 on.</summary>
    /// <exception cref="AgentException">There is no free port.</exception>
    public static BrokerAddress Place(BrokerAddress address) => address with
    {
        Port = LoopbackPort.Free("broker.address (--broker)", address.Port == 0 ? null : address.Port, UsualPort),
    };

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await server.StartAsync();
        }
        catch (SocketException e)
        {
            throw new AgentException(ExitCode.Machine,
                $"broker.address (--broker): the embedded broker cannot listen at {address} ({e.Message}); stop the program that does or name another port", e);
        }

        LogStarted(address);
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        server.StopAsync(new MqttServerStopOptionsBuilder().Build());

    public void Dispose() => server.Dispose();
}
