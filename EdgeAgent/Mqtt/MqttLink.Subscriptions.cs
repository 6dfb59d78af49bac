using System.Buffers;
using MQTTnet;
using MQTTnet.Protocol;

namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>What the rig subscribes to at its broker.</summary>
internal sealed partial class MqttLink
{
    /// <summary>A broker of MQTT 5 does not even send what is larger; all that a rig is sent is small.</summary>
    private const uint LargestIncomingBytes = 1 << 18;

    private readonly List<(string Filter, Action<IncomingMessage> Handler)> subscriptions = [];

    /// <summary>Subscribes; called before the link starts.</summary>
    /// <param name="filter">A topic, wildcards allowed.</param>
    /// <param name="handler">Called on the connection's own thread: it must return at once.</param>
    public void Subscribe(string filter, Action<IncomingMessage> handler) => subscriptions.Add((filter, handler));

    private async Task SubscribeAsync(IMqttClient client, CancellationToken cancellationToken)
    {
        if (subscriptions.Count == 0)
        {
            return;
        }

        MqttClientSubscribeOptionsBuilder builder = Factory.CreateSubscribeOptionsBuilder();
        foreach ((string filter, _) in subscriptions)
        {
            builder.WithTopicFilter(filter, MqttQualityOfServiceLevel.AtLeastOnce);
        }

        MqttClientSubscribeResult result = await client.SubscribeAsync(builder.Build(), cancellationToken);

        // A rig that may not be commanded still measures.
        foreach (MqttClientSubscribeResultItem refused in result.Items.Where(i => i.ResultCode >= MqttClientSubscribeResultCode.UnspecifiedError))
        {
            LogSubscriptionRefused(refused.TopicFilter.Topic, refused.ResultCode);
        }
    }

    private void Dispatch(MqttApplicationMessage message)
    {
        IncomingMessage incoming = new()
        {
            Topic = message.Topic,
            Payload = message.Payload.ToArray(),
            Retained = message.Retain,
            ResponseTopic = string.IsNullOrEmpty(message.ResponseTopic) ? null : message.ResponseTopic,
            CorrelationData = message.CorrelationData,
        };
        foreach ((string filter, Action<IncomingMessage> handler) in subscriptions)
        {
            if (MqttTopicFilterComparer.Compare(incoming.Topic, filter) == MqttTopicFilterCompareResult.IsMatch)
            {
                handler(incoming);
            }
        }
    }
}
