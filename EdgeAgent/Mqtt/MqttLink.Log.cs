using MQTTnet;

namespace LeafSeg.EdgeAgent.Mqtt;

internal sealed partial class MqttLink
{
    [LoggerMessage(401, LogLevel.Information, "Connected to the broker at {Address}")]
    private partial void LogConnected(BrokerAddress address);

    [LoggerMessage(402, LogLevel.Debug, "Connection lost or not made: {Reason}")]
    private partial void LogLost(string reason);

    [LoggerMessage(403, LogLevel.Warning,
        "No connection to the broker at {Address} ({Reason}): next attempt in {Seconds:0.0} s; results are kept until then")]
    private partial void LogRetry(BrokerAddress address, string reason, double seconds);

    [LoggerMessage(404, LogLevel.Warning, "The offline status could not be published: {Reason}")]
    private partial void LogFarewellFailed(string reason);

    [LoggerMessage(405, LogLevel.Warning, "The broker refuses the subscription to {Filter} ({Reason}): check its access list")]
    private partial void LogSubscriptionRefused(string filter, MqttClientSubscribeResultCode reason);
}
