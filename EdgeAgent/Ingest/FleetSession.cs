using System.Buffers;
using System.Net.Sockets;
using System.Threading.Channels;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Mqtt;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>
/// One connection to the broker of a fleet, in a session that lasts: what is not acknowledged is delivered again, over the next
/// connection too.
/// </summary>
internal sealed class FleetSession : IAsyncDisposable
{
    private static readonly MqttClientFactory Factory = new();
    private readonly IMqttClient client = Factory.CreateMqttClient();
    private readonly Channel<Delivery> deliveries = Channel.CreateUnbounded<Delivery>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly string[] filters;

    private FleetSession(IngestOptions options)
    {
        // States are read by every ingester, so that the newest counts whichever of them wrote last; a shared subscription gets nothing that is retained.
        filters =
        [
            $"$share/{options.Group}/{Topics.Root}+/+/capture",
            $"$share/{options.Group}/{Topics.Root}+/+/health",
            $"{Topics.Root}+/+/status",
            $"{Topics.Root}+/+/info",
            $"{Topics.Root}+/+/alarm/+",
            $"{Topics.Root}+/+/model/reported",
        ];
        client.ApplicationMessageReceivedAsync += message =>
        {
            message.AutoAcknowledge = false;
            byte[] payload = message.ApplicationMessage.Payload.ToArray();
            string topic = message.ApplicationMessage.Topic;
            deliveries.Writer.TryWrite(new Delivery(topic, payload, MessageReader.Read(topic, payload), message.AcknowledgeAsync));
            return Task.CompletedTask;
        };
        client.DisconnectedAsync += e =>
        {
            Lost = e.ReasonString ?? e.Exception?.GetBaseException().Message ?? e.Reason.ToString();
            deliveries.Writer.TryComplete();
            return Task.CompletedTask;
        };
    }

    /// <summary>What has been delivered, in order; ends with the connection.</summary>
    public ChannelReader<Delivery> Deliveries => deliveries.Reader;

    /// <summary>Why there is no connection any more; null: there is.</summary>
    public string? Lost { get; private set; }

    /// <summary>The broker did not know the session: what was published while nobody subscribed is not there.</summary>
    public bool IsNew { get; private set; }

    /// <exception cref="LinkException">There is no connection, or the broker refuses a subscription.</exception>
    public static async Task<FleetSession> OpenAsync(
        IngestOptions options, BrokerOptions broker, BrokerAddress address, BrokerAccess access, TimeProvider time, CancellationToken cancellationToken)
    {
        FleetSession session = new(options);
        try
        {
            using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(TimeSpan.FromSeconds(broker.TimeoutSeconds));
            await session.ConnectAsync(options, broker, address, access, deadline.Token);
            return session;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await session.DisposeAsync();
            throw new LinkException($"no answer within {broker.TimeoutSeconds:0.#} s", LinkFailure.Silence);
        }
        catch (Exception e) when (e is MqttCommunicationException or SocketException or InvalidOperationException)
        {
            await session.DisposeAsync();
            throw new LinkException(access.Explain(e.GetBaseException().Message, time.GetUtcNow()), LinkFailure.NotConnected, e);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>From here on the broker keeps nothing new for this ingester; what it holds already is still delivered.</summary>
    public async Task UnsubscribeAsync(CancellationToken cancellationToken)
    {
        MqttClientUnsubscribeOptionsBuilder builder = Factory.CreateUnsubscribeOptionsBuilder();
        foreach (string filter in filters)
        {
            builder.WithTopicFilter(filter);
        }

        await client.UnsubscribeAsync(builder.Build(), cancellationToken);
    }

    /// <summary>Disconnects, and has the broker forget the session.</summary>
    public Task EndAsync(CancellationToken cancellationToken) =>
        client.DisconnectAsync(Factory.CreateClientDisconnectOptionsBuilder().WithSessionExpiryInterval(0).Build(), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        deliveries.Writer.TryComplete();
        try
        {
            if (client.IsConnected)
            {
                await client.DisconnectAsync(Factory.CreateClientDisconnectOptionsBuilder().Build());
            }
        }
        catch (Exception e) when (e is MqttCommunicationException or SocketException or OperationCanceledException or InvalidOperationException)
        {
            // It is gone already.
        }

        client.Dispose();
    }

    private async Task ConnectAsync(IngestOptions options, BrokerOptions broker, BrokerAddress address, BrokerAccess access, CancellationToken cancellationToken)
    {
        MqttClientOptionsBuilder builder = Factory.CreateClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(options.ClientId)
            .WithCleanStart(false)
            .WithSessionExpiryInterval((uint)TimeSpan.FromHours(broker.SessionExpiryHours).TotalSeconds)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(broker.KeepAliveSeconds))

            // The next batch arrives while one is written; and no more than that waits in memory while the database is away.
            .WithReceiveMaximum((ushort)Math.Min(2 * options.BatchSize, ushort.MaxValue));
        access.Apply(builder, address);
        MqttClientConnectResult result = await client.ConnectAsync(builder.Build(), cancellationToken);
        if (result.ResultCode != MqttClientConnectResultCode.Success)
        {
            string hint = result.ResultCode is MqttClientConnectResultCode.UnsupportedProtocolVersion or MqttLink.UnacceptableVersion ? "; shared subscriptions need a broker of MQTT 5" : "";
            throw new LinkException($"refused: {result.ResultCode} {result.ReasonString}".TrimEnd() + hint, LinkFailure.Refused);
        }

        IsNew = !result.IsSessionPresent;
        MqttClientSubscribeOptionsBuilder subscribe = Factory.CreateSubscribeOptionsBuilder();
        foreach (string filter in filters)
        {
            subscribe.WithTopicFilter(filter, MqttQualityOfServiceLevel.AtLeastOnce);
        }

        MqttClientSubscribeResult subscribed = await client.SubscribeAsync(subscribe.Build(), cancellationToken);
        if (subscribed.Items.FirstOrDefault(item => item.ResultCode >= MqttClientSubscribeResultCode.UnspecifiedError) is { } refused)
        {
            throw new LinkException(
                $"the broker refuses the subscription to {refused.TopicFilter.Topic} ({refused.ResultCode}): look at its access list, and whether it has shared subscriptions", LinkFailure.Refused);
        }
    }
}
