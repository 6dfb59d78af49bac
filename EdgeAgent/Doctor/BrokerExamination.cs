using System.Net.Sockets;
using System.Security.Authentication;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Telemetry;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace LeafSeg.EdgeAgent.Doctor;

/// <summary>
/// Connects to the broker as the rig would, and tries each kind of topic that the rig publishes on or subscribes to. It has a client id of its
/// own (it must not throw out a rig that runs), and publishes empty, unretained messages, of which nothing is stored.
/// </summary>
internal sealed class BrokerExamination(AgentOptions options)
{
    private const string Expected = "a broker that lets this rig in, publish and subscribe";
    private const string Look = "look at the network, broker.address, broker.user and broker.tls, and at the broker's own log";
    private static readonly MqttClientFactory Factory = new();
    private readonly BrokerAddress address = BrokerAddress.Parse(options.Broker.Address);

    public async Task<RigCheck> RunAsync(CancellationToken cancellationToken)
    {
        if (address.IsEmbedded)
        {
            return RigChecks.Check("broker", true, "inside the agent", Expected, "");
        }

        BrokerAccess access;
        try
        {
            access = BrokerAccess.Load(options.Broker);
        }
        catch (AgentException e)
        {
            return RigChecks.Check("broker", false, e.Message, Expected, $"{Secrets}; {Look}");
        }

        try
        {
            using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(TimeSpan.FromSeconds(2 * options.Broker.TimeoutSeconds));
            return await TryAsync(access, MqttProtocolVersion.V500, deadline.Token) ?? await TryAsync(access, MqttProtocolVersion.V311, deadline.Token)
                ?? await UnreachedAsync(access, "the broker hangs up", cancellationToken);
        }
        catch (Exception e) when (e is MqttCommunicationException or SocketException or AuthenticationException or IOException)
        {
            return await UnreachedAsync(access, e.GetBaseException().Message, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await UnreachedAsync(access, "no answer", cancellationToken);
        }
    }

    /// <summary>The service gets its secrets from systemd's files, which a doctor that is started by hand does not.</summary>
    private static string Secrets => "a secret of the service is read from /etc/leafseg/leafseg-agent.env or a credential of systemd: give the doctor --environment FILE, or put the secret's path into the settings";

    private async Task<RigCheck> UnreachedAsync(BrokerAccess access, string problem, CancellationToken cancellationToken)
    {
        string? wrong = await PortProbe.WrongWayAsync(address, access.Encrypted, cancellationToken);
        return RigChecks.Check("broker", false, $"{address}: {access.Explain(problem, DateTimeOffset.UtcNow)}", Expected, wrong ?? Look);
    }

    /// <returns>Null: the broker does not know this protocol, or hangs up at it.</returns>
    private async Task<RigCheck?> TryAsync(BrokerAccess access, MqttProtocolVersion protocol, CancellationToken cancellationToken)
    {
        using IMqttClient client = Factory.CreateMqttClient();
        MqttClientOptionsBuilder builder = Factory.CreateClientOptionsBuilder()
            .WithProtocolVersion(protocol)
            .WithClientId($"{new RigName(options.Site, options.Rig).ClientId}_doctor");
        access.Apply(builder, address);
        MqttClientConnectResult result;
        try
        {
            result = await client.ConnectAsync(builder.Build(), cancellationToken);
        }
        catch (MqttCommunicationException e) when (protocol == MqttProtocolVersion.V500 && e.GetBaseException() is MqttCommunicationException and not MqttCommunicationTimedOutException)
        {
            return null;
        }

        if (protocol == MqttProtocolVersion.V500 && result.ResultCode is MqttClientConnectResultCode.UnsupportedProtocolVersion or MqttLink.UnacceptableVersion)
        {
            return null;
        }

        if (result.ResultCode != MqttClientConnectResultCode.Success)
        {
            return RigChecks.Check("broker", false, $"{address}: refused: {result.ResultCode}", Expected, access.User is null ? $"{Secrets}; {Look}" : Look);
        }

        List<string> refused = [.. await PublishAsync(client, cancellationToken), .. await SubscribeAsync(client, cancellationToken)];
        if (client.IsConnected)
        {
            await client.DisconnectAsync(Factory.CreateClientDisconnectOptionsBuilder().Build(), cancellationToken);
        }

        string hides = protocol == MqttProtocolVersion.V311 ? "; it speaks MQTT 3.1.1, which hides refused publishes: look at its log for what it denies" : "";
        return RigChecks.Check("broker", refused.Count == 0,
            refused.Count == 0 ? $"{address}: connected, all topics of this rig are allowed{hides}" : $"{address}: the broker refuses {string.Join(", ", refused)}{hides}",
            Expected, "add these topics to the broker's access list for this rig's user (deploy/mosquitto/leafseg.acl is an example)");
    }

    private async Task<List<string>> PublishAsync(IMqttClient client, CancellationToken cancellationToken)
    {
        Topics topics = new(options.Site, options.Rig);
        List<string> refused = [];
        string[] published =
        [
            topics.Capture, topics.Plant(options.PlantNames().First()), topics.Info, topics.Health, topics.Alarm(AlarmCode.CameraLost), topics.ModelReported,
            topics.CommandResult(null), .. CapturedEvent.Kinds.Select(topics.Event),
        ];
        foreach (string topic in published)
        {
            MqttApplicationMessage message = new MqttApplicationMessageBuilder().WithTopic(topic).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
            MqttClientPublishResult? result = await AnswerAsync(client, () => client.PublishAsync(message, cancellationToken), cancellationToken);
            if (result?.IsSuccess != true)
            {
                refused.Add($"to publish on {topic} ({result?.ReasonCode.ToString() ?? "it hung up"})");
            }
        }

        return refused;
    }

    /// <summary>Some brokers end the connection over what they do not allow, or over what came before: the second time says which.</summary>
    /// <returns>Null: the broker hangs up over it.</returns>
    private static async Task<T?> AnswerAsync<T>(IMqttClient client, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        for (int tries = 0; tries < 2; tries++)
        {
            TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
            client.DisconnectedAsync += Disconnected;
            try
            {
                if (!client.IsConnected)
                {
                    await client.ConnectAsync(client.Options, cancellationToken);
                }

                return await ask();
            }
            catch (Exception e) when (e is MqttCommunicationException or InvalidOperationException)
            {
                // The latter: the client has not yet seen the end of its connection.
                await Task.WhenAny(lost.Task, Task.Delay(TimeSpan.FromSeconds(1), cancellationToken));
            }
            finally
            {
                client.DisconnectedAsync -= Disconnected;
            }

            Task Disconnected(MqttClientDisconnectedEventArgs e)
            {
                lost.TrySetResult();
                return Task.CompletedTask;
            }
        }

        return null;
    }

    private async Task<List<string>> SubscribeAsync(IMqttClient client, CancellationToken cancellationToken)
    {
        Topics topics = new(options.Site, options.Rig);
        List<string> filters = [topics.Commands, topics.ModelDesired];
        if (options.HomeAssistant.Enabled)
        {
            filters.Add(options.HomeAssistant.BirthTopic);
        }

        MqttClientSubscribeOptionsBuilder builder = Factory.CreateSubscribeOptionsBuilder();
        foreach (string filter in filters)
        {
            builder.WithTopicFilter(filter, MqttQualityOfServiceLevel.AtLeastOnce);
        }

        MqttClientSubscribeResult? result = await AnswerAsync(client, () => client.SubscribeAsync(builder.Build(), cancellationToken), cancellationToken);
        return result is null
            ? [$"to subscribe to {string.Join(", ", filters)} (it hung up)"]
            : [.. result.Items.Where(i => i.ResultCode >= MqttClientSubscribeResultCode.UnspecifiedError).Select(i => $"to subscribe to {i.TopicFilter.Topic} ({i.ResultCode})")];
    }
}
