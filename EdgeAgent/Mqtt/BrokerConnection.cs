using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>One connection to the broker, or one attempt at it: sends messages and waits for their acknowledgements.</summary>
/// <param name="client">Disposed by its owner.</param>
/// <param name="protocol">The version of MQTT that is spoken.</param>
/// <param name="number">Another for each attempt.</param>
/// <param name="timeout">How long an acknowledgement may take.</param>
/// <param name="drop">Called with the reason when the connection is of no use any more.</param>
internal sealed class BrokerConnection(
    IMqttClient client, MqttProtocolVersion protocol, long number, TimeSpan timeout, Action<BrokerConnection, string> drop)
{
    /// <summary>"Packet too large" of MQTT 5, which the library's enumeration of PUBACK codes does not have.</summary>
    private const int PacketTooLarge = 0x95;

    private SemaphoreSlim? inFlight;

    /// <summary>The broker ended it, without a reason.</summary>
    public volatile bool HungUp;

    public IMqttClient Client => client;

    public MqttProtocolVersion Protocol => protocol;

    public long Number => number;

    /// <summary>Ends with the reason for which the connection is no more.</summary>
    public TaskCompletionSource<string> Lost { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="receiveMaximum">Unacknowledged messages that the broker takes; null: it has not stated one.</param>
    public void AllowInFlight(ushort? receiveMaximum) => inFlight = receiveMaximum is { } most ? new SemaphoreSlim(most, most) : null;

    /// <summary>Returns once the broker has acknowledged the message.</summary>
    /// <exception cref="LinkException">It has not.</exception>
    public async Task PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        MqttClientPublishResult result;
        try
        {
            if (inFlight is not null)
            {
                await inFlight.WaitAsync(deadline.Token);
            }

            result = await SendAsync(message.ToPacket(protocol)).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string silence = $"no acknowledgement within {timeout.TotalSeconds:0.#} s";
            drop(this, silence);
            throw new LinkException(silence, LinkFailure.Silence);
        }
        catch (Exception e) when (e is MqttCommunicationException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            drop(this, e.Message);
            bool tooLarge = e is MqttClientUnexpectedDisconnectReceivedException { ReasonCode: MqttDisconnectReasonCode.PacketTooLarge };
            throw new LinkException(e.Message, tooLarge ? LinkFailure.TooLarge : LinkFailure.HungUp, e);
        }

        // "No matching subscribers" counts as success.
        if (!result.IsSuccess)
        {
            bool tooLarge = (int)result.ReasonCode == PacketTooLarge;
            string reason = tooLarge ? $"its {message.Payload.Length} bytes are more than the broker takes (0x95)" : $"{result.ReasonCode} {result.ReasonString}".TrimEnd();
            throw new LinkException($"the broker refuses {message.Topic}: {reason}", tooLarge ? LinkFailure.TooLarge : LinkFailure.Refused);
        }
    }

    /// <summary>
    /// A caller that gives up waiting does not stop it: of a packet of which half is written, the broker would take the next one
    /// for the rest. It ends with its acknowledgement or with the connection.
    /// </summary>
    private async Task<MqttClientPublishResult> SendAsync(MqttApplicationMessage packet)
    {
        try
        {
            return await client.PublishAsync(packet, CancellationToken.None);
        }
        finally
        {
            inFlight?.Release();
        }
    }
}
