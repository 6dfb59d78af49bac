using LeafSeg.EdgeAgent.Mqtt;

namespace LeafSeg.EdgeAgent.Ingest;

internal sealed partial class Ingester
{
    [LoggerMessage(901, LogLevel.Information, "Connected to the broker at {Address} as {ClientId}")]
    private partial void LogConnected(BrokerAddress address, string clientId);

    [LoggerMessage(902, LogLevel.Information, "The broker begins a new session for {ClientId}: what was published before is not in it")]
    private partial void LogNewSession(string clientId);

    [LoggerMessage(903, LogLevel.Warning, "The connection to the broker at {Address} is lost ({Reason}); what is not committed is delivered again")]
    private partial void LogLost(BrokerAddress address, string reason);

    [LoggerMessage(904, LogLevel.Warning, "No connection to the broker at {Address} ({Reason}): next attempt in {Seconds:0.0} s")]
    private partial void LogBrokerAway(BrokerAddress address, string reason, double seconds);

    [LoggerMessage(905, LogLevel.Warning, "The database did not take the results ({Reason}): next attempt in {Seconds:0.0} s; the broker keeps them until then")]
    private partial void LogDatabaseAway(string reason, double seconds);

    [LoggerMessage(906, LogLevel.Warning, "Set aside, from {Topic}: {Reason}")]
    private partial void LogSetAside(string topic, string reason);

    [LoggerMessage(907, LogLevel.Information, "{Captures} captures committed, {Known} known already, {SetAside} messages set aside in {Seconds:0} s")]
    private partial void LogProgress(long captures, long known, long setAside, double seconds);
}
