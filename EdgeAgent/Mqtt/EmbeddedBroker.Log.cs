namespace LeafSeg.EdgeAgent.Mqtt;

internal sealed partial class EmbeddedBroker
{
    [LoggerMessage(421, LogLevel.Information, "The embedded MQTT broker listens on {Address}")]
    private partial void LogStarted(BrokerAddress address);
}
