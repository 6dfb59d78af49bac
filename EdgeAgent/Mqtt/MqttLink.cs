using System.Net.Sockets;
using System.Text;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Telemetry;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>The connection to the broker: made, announced, watched, and made again when it is lost.</summary>
internal sealed partial class MqttLink(
    BrokerOptions options,
    BrokerAddress address,
    BrokerAccess access,
    RigName rig,
    SessionMessages announcement,
    AlarmBoard alarms,
    TimeProvider time,
    ILogger<MqttLink> log) : BackgroundService
{
    /// <summary>What a packet has beside payload, topic and correlation data, at most: header, numbers, content type, expiry.</summary>
    private const int PacketOverhead = 64;

    /// <summary>What MQTT 3.1.1 demands as an answer to a protocol version that the broker does not know.</summary>
    public const MqttClientConnectResultCode UnacceptableVersion = (MqttClientConnectResultCode)1;

    private static readonly MqttClientFactory Factory = new();
    private readonly NameConflict conflict = new(announcement.Boot);
    private readonly RefusedTopics refusedTopics = new(time);
    private readonly Backoff backoff = new(TimeSpan.FromSeconds(options.RetryFirstSeconds), TimeSpan.FromSeconds(options.RetryLongestSeconds));

    /// <summary>By then another client with the same id would have taken the session again.</summary>
    private readonly TimeSpan steadyAfter = TimeSpan.FromSeconds(2 * options.RetryLongestSeconds);
    private readonly TimeSpan timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
    private readonly Lock gate = new();
    private TaskCompletionSource<long> connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BrokerConnection? current;
    private long connections;
    private volatile bool leaving;

    /// <summary>The last attempt ended in something that was no answer of a broker.</summary>
    private bool misunderstood;

    /// <summary>There is a connection, and the birth messages are acknowledged.</summary>
    public event Action? Established;

    public BrokerAddress Address => address;

    public LinkStatus Status { get; private set; } = new() { Connected = false, Since = time.GetUtcNow() };

    /// <summary>Largest packet that the broker takes, in bytes; null without a limit.</summary>
    public uint? MaximumPacketSize { get; internal set; }

    /// <summary>Largest payload on a topic that the broker takes, in bytes.</summary>
    public long RoomOn(string topic) => (MaximumPacketSize ?? uint.MaxValue) - Encoding.UTF8.GetByteCount(topic) - PacketOverhead;

    /// <summary>Returns once there is a connection: its number, another for each.</summary>
    public Task<long> ConnectedAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return connected.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Ends when a connection is lost; at once where it is lost already.</summary>
    public Task LostAsync(long connection)
    {
        lock (gate)
        {
            return current?.Number == connection ? current.Lost.Task : Task.CompletedTask;
        }
    }

    /// <summary>Returns once the broker has acknowledged the message.</summary>
    /// <param name="message">What is sent.</param>
    /// <param name="over">The number of the connection over which alone it is sent; null: over any.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="LinkException">It has not.</exception>
    public Task PublishAsync(OutgoingMessage message, long? over, CancellationToken cancellationToken)
    {
        BrokerConnection? connection;
        lock (gate)
        {
            connection = over is null || current?.Number == over ? current : null;
        }

        return connection is null
            ? throw new LinkException("there is no connection to the broker", LinkFailure.NotConnected)
            : PublishAsync(connection, message, cancellationToken);
    }

    /// <inheritdoc cref="PublishAsync(OutgoingMessage, long?, CancellationToken)"/>
    public Task PublishAsync(OutgoingMessage message, CancellationToken cancellationToken) => PublishAsync(message, over: null, cancellationToken);

    /// <summary>
    /// Publishes status, info, alarms and the like, which must not hold up results: a broker that refuses them (its access list, its
    /// packet size) still gets the results, and the refusal is an alarm.
    /// </summary>
    /// <exception cref="LinkException">The connection is lost.</exception>
    public Task<bool> AnnounceAsync(OutgoingMessage message, CancellationToken cancellationToken) =>
        AcknowledgedAsync(PublishAsync(message, cancellationToken));

    /// <summary>The same over one connection.</summary>
    /// <exception cref="LinkException">That connection is lost.</exception>
    public Task<bool> AnnounceAsync(OutgoingMessage message, long over, CancellationToken cancellationToken) =>
        AcknowledgedAsync(PublishAsync(message, over, cancellationToken));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        leaving = true;
        BrokerConnection? connection;
        lock (gate)
        {
            connection = current;
        }

        if (connection is not null)
        {
            try
            {
                foreach (OutgoingMessage message in announcement.Farewell())
                {
                    await AcknowledgedAsync(PublishAsync(connection, message, cancellationToken));
                }

                await connection.Client.DisconnectAsync(Factory.CreateClientDisconnectOptionsBuilder().Build(), cancellationToken);
            }
            catch (Exception e) when (e is LinkException or MqttCommunicationException or OperationCanceledException or InvalidOperationException)
            {
                LogFarewellFailed(e.Message);
            }
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Subscribe(announcement.InfoTopic, conflict.Take);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                string lost = await ConnectAndStayAsync(stoppingToken);
                if (leaving)
                {
                    return;
                }

                LogLost(lost);
                await WaitAsync(lost, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Returns why there is no connection, or no longer.</summary>
    private async Task<string> ConnectAndStayAsync(CancellationToken stoppingToken)
    {
        (string lost, bool hungUp) = await ConnectAndStayAsync(MqttProtocolVersion.V500, stoppingToken);

        // A broker of before MQTT 5 says so, or just hangs up; one that is not there shows nothing of the protocol.
        if (hungUp && !leaving)
        {
            (lost, hungUp) = await ConnectAndStayAsync(MqttProtocolVersion.V311, stoppingToken);
        }

        // It understands neither: a port of TLS, or of HTTP.
        return (hungUp || misunderstood) && !leaving && await PortProbe.WrongWayAsync(address, access.Encrypted, stoppingToken) is { } wrong ? $"{lost}; {wrong}" : lost;
    }

    /// <summary>Why there is no connection, or no longer; and whether the broker did not even answer in this protocol.</summary>
    private async Task<(string Reason, bool HungUp)> ConnectAndStayAsync(MqttProtocolVersion protocol, CancellationToken stoppingToken)
    {
        using IMqttClient client = Factory.CreateMqttClient();
        BrokerConnection connection = new(client, protocol, ++connections, timeout, Drop);
        client.DisconnectedAsync += e =>
        {
            Disconnected(connection, e);
            return Task.CompletedTask;
        };
        client.ApplicationMessageReceivedAsync += e =>
        {
            Dispatch(e.ApplicationMessage);
            return Task.CompletedTask;
        };
        if (await OpenAsync(connection, stoppingToken) is { } failed)
        {
            return failed;
        }

        Keep(connection);
        try
        {
            return (await LostReasonAsync(connection, stoppingToken), HungUp: false);
        }
        finally
        {
            Drop(connection, "the agent stops");
        }
    }

    private void Disconnected(BrokerConnection connection, MqttClientDisconnectedEventArgs e)
    {
        if (e.Reason == MqttClientDisconnectReason.SessionTakenOver)
        {
            RaiseTaken($"another client with the id {rig.ClientId} took over");
        }

        connection.HungUp = e.Reason is MqttClientDisconnectReason.UnspecifiedError or MqttClientDisconnectReason.NormalDisconnection && !leaving;
        if (connection.HungUp)
        {
            refusedTopics.HungUp(connection.Number);
        }

        Drop(connection, e.ReasonString ?? e.Exception?.GetBaseException().Message ?? e.Reason.ToString());
    }

    /// <summary>Connects, subscribes and publishes the birth messages.</summary>
    /// <returns>Null: done. Otherwise why not, and whether the broker did not even answer in this protocol.</returns>
    private async Task<(string Reason, bool HungUp)?> OpenAsync(BrokerConnection connection, CancellationToken stoppingToken)
    {
        bool answered = false;
        misunderstood = false;
        conflict.Connecting();
        try
        {
            using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            deadline.CancelAfter(timeout);
            MqttClientConnectResult result = await connection.Client.ConnectAsync(ClientOptions(connection.Protocol), deadline.Token);
            answered = result.ResultCode is not (MqttClientConnectResultCode.UnsupportedProtocolVersion or UnacceptableVersion);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
            {
                return ($"refused: {result.ResultCode}{(string.IsNullOrEmpty(result.ReasonString) ? "" : $" ({result.ReasonString})")}", HungUp: !answered);
            }

            // Some brokers say 0 for "no limit".
            MaximumPacketSize = result.MaximumPacketSize is 0 ? null : result.MaximumPacketSize;
            connection.AllowInFlight(result.ReceiveMaximum is 0 ? null : result.ReceiveMaximum);

            // First: a subscriber that sees "online" may send a command at once.
            await SubscribeAsync(connection.Client, deadline.Token);
            await PublishBirthAsync(connection, stoppingToken);
            return null;
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return ($"no answer within {options.TimeoutSeconds:0.#} s", HungUp: false);
        }
        catch (Exception e) when (e is MqttCommunicationException or SocketException or LinkException)
        {
            if (e is SocketException)
            {
                conflict.Forget();
            }

            misunderstood = !answered && e.GetBaseException() is not SocketException;
            bool hungUp = !answered && e.GetBaseException() is MqttCommunicationException and not MqttCommunicationTimedOutException;
            return (access.Explain(e.GetBaseException().Message, time.GetUtcNow()), hungUp);
        }
    }

    private async Task PublishBirthAsync(BrokerConnection connection, CancellationToken stoppingToken)
    {
        bool published = true;
        foreach (OutgoingMessage message in announcement.Birth())
        {
            bool acknowledged = await AcknowledgedAsync(PublishAsync(connection, message, stoppingToken));
            if (acknowledged && message.Topic == announcement.InfoTopic)
            {
                conflict.Published();
            }

            published &= acknowledged;
        }

        if (published)
        {
            alarms.Clear(AlarmCode.AnnouncementRefused);
        }
    }

    /// <summary>Returns once the connection is lost, with the reason.</summary>
    private async Task<string> LostReasonAsync(BrokerConnection connection, CancellationToken stoppingToken)
    {
        long begin = time.GetTimestamp();
        Task<string> lost = connection.Lost.Task;
        if (await Task.WhenAny(lost, Task.Delay(steadyAfter, time, stoppingToken)) != lost)
        {
            conflict.Forget();
            alarms.Clear(AlarmCode.SessionTaken);
        }

        string reason = await lost.WaitAsync(stoppingToken);
        conflict.Lost(time.GetElapsedTime(begin), connection.HungUp);
        if (conflict.Evidence is { } evidence && !leaving)
        {
            RaiseTaken($"{evidence}: another client seems to use the id {rig.ClientId}");
        }

        return reason;
    }

    private void RaiseTaken(string what) =>
        alarms.Raise(AlarmCode.SessionTaken, AlarmSeverity.Critical, $"{what}; give each rig a name of its own (site, rig)");

    private async Task<bool> AcknowledgedAsync(Task publishing)
    {
        try
        {
            await publishing;
            return true;
        }
        catch (LinkException e) when (e.Refused)
        {
            alarms.Raise(AlarmCode.AnnouncementRefused, AlarmSeverity.Warning,
                $"{e.Message}; results are sent all the same. Look at the broker's access list and packet size");
            return false;
        }
    }

    private void Keep(BrokerConnection connection)
    {
        Status = new LinkStatus { Connected = true, Since = time.GetUtcNow() };
        LogConnected(address);
        if (conflict.Evidence is null)
        {
            backoff.Reset();
        }

        lock (gate)
        {
            current = connection;
            connected.TrySetResult(connection.Number);
        }

        Established?.Invoke();
    }

    private void Drop(BrokerConnection connection, string reason)
    {
        connection.Lost.TrySetResult(reason);
        lock (gate)
        {
            if (current != connection)
            {
                return;
            }

            current = null;
            connected = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        Status = new LinkStatus { Connected = false, Since = time.GetUtcNow(), Problem = reason };
    }

    private async Task WaitAsync(string problem, CancellationToken stoppingToken)
    {
        // Two rigs of one name would disconnect each other for ever: the one that loses waits as long as it may.
        TimeSpan wait = alarms.Lasting.ContainsKey(AlarmCode.SessionTaken)
            ? TimeSpan.FromSeconds(options.RetryLongestSeconds)
            : backoff.Next();
        LogRetry(address, problem, wait.TotalSeconds);
        Status = Status with { Problem = problem, RetryAt = time.GetUtcNow() + wait, FailedAttempts = Status.FailedAttempts + 1 };
        await Task.Delay(wait, time, stoppingToken);
        Status = Status with { RetryAt = null };
    }

    private async Task PublishAsync(BrokerConnection connection, OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (message.Payload.Length + (message.CorrelationData?.Length ?? 0) > RoomOn(message.Topic))
        {
            throw new LinkException($"{message.Topic}: its {message.Payload.Length} bytes do not fit into the packets of {MaximumPacketSize} bytes that the broker takes", LinkFailure.TooLarge);
        }

        if (refusedTopics.IsSilent(message.Topic))
        {
            throw new LinkException($"the broker refused {message.Topic} and hung up, twice: it is tried again in some minutes", LinkFailure.Refused);
        }

        try
        {
            await connection.PublishAsync(message, cancellationToken);
            refusedTopics.Accepted(message.Topic);
        }
        catch (LinkException e) when (e.Failure == LinkFailure.Refused)
        {
            refusedTopics.Refused(message.Topic, connection.Number);
            throw;
        }
    }

    private MqttClientOptions ClientOptions(MqttProtocolVersion protocol)
    {
        OutgoingMessage will = announcement.LastWill();
        MqttClientOptionsBuilder builder = Factory.CreateClientOptionsBuilder()
            .WithProtocolVersion(protocol)
            .WithClientId(rig.ClientId)
            .WithCleanStart(false)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(options.KeepAliveSeconds))
            .WithWillTopic(will.Topic)
            .WithWillPayload(will.Payload)
            .WithWillRetain(will.Retain)
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        if (protocol == MqttProtocolVersion.V500)
        {
            builder.WithSessionExpiryInterval((uint)TimeSpan.FromHours(options.SessionExpiryHours).TotalSeconds)
                .WithMaximumPacketSize(LargestIncomingBytes);
        }

        access.Apply(builder, address);
        return builder.Build();
    }
}
