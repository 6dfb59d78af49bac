using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>
/// Finds out what a port speaks where MQTT was not understood: TLS or none, HTTP (a websocket) or MQTT. A wrong port ends in a hang-up
/// or a malformed packet, from which a reader would not guess the cause.
/// </summary>
[SuppressMessage("Security", "CA5359", Justification = "Nothing is sent but a greeting; the certificate is judged where the real connection is made.")]
internal static class PortProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly byte[] Question = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: leafseg\r\nConnection: close\r\n\r\n");

    /// <returns>What is wrong with the address, and what to do; null: nothing that shows.</returns>
    public static async Task<string?> WrongWayAsync(BrokerAddress address, bool encrypted, CancellationToken cancellationToken)
    {
        bool tls = await SpeaksTlsAsync(address, cancellationToken);
        if (encrypted && !tls)
        {
            return await SpeaksHttpAsync(address, tls: false, cancellationToken) is null ? null
                : $"port {address.Port} speaks no TLS: {(address.WebSocket is null ? "set broker.tls.enabled to false" : "use ws://")}, or name the broker's port for TLS";
        }

        if (!encrypted && tls)
        {
            return $"port {address.Port} speaks TLS: {(address.WebSocket is null ? "set broker.tls.enabled to true" : "use wss://")}, or name the broker's port without TLS";
        }

        return (await SpeaksHttpAsync(address, tls, cancellationToken), address.WebSocket) switch
        {
            (true, null) => $"port {address.Port} speaks HTTP: it is the broker's websocket; use {(tls ? "wss" : "ws")}://{address.Host}:{address.Port}/, or name the broker's port for MQTT",
            (false, not null) => $"port {address.Port} speaks no HTTP: use \"{address.Host}:{address.Port}\" if it is the broker's port for MQTT, or name its websocket's",
            (true, not null) => $"port {address.Port} speaks HTTP and takes no MQTT on the path {address.WebSocket.AbsolutePath}: look for the path in the broker's or the proxy's settings",
            _ => null,
        };
    }

    private static async Task<bool> SpeaksTlsAsync(BrokerAddress address, CancellationToken cancellationToken) =>
        await TryAsync(address, async (stream, deadline) =>
        {
            try
            {
                await using SslStream ssl = new(stream, leaveInnerStreamOpen: true, ValidateAnything);
                await ssl.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host, RemoteCertificateValidationCallback = ValidateAnything }, deadline);
                return true;
            }
            catch (AuthenticationException e)
            {
                // It has requested a certificate of this side, or does not like the version: TLS all the same.
                return e.InnerException is not null && e.GetBaseException().Message.Contains("alert", StringComparison.OrdinalIgnoreCase);
            }
        }, cancellationToken) == true;

    /// <returns>Null: it cannot be reached.</returns>
    private static Task<bool?> SpeaksHttpAsync(BrokerAddress address, bool tls, CancellationToken cancellationToken) =>
        TryAsync(address, async (stream, deadline) =>
        {
            await using SslStream? ssl = tls ? new SslStream(stream, leaveInnerStreamOpen: true, ValidateAnything) : null;
            if (ssl is not null)
            {
                await ssl.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host, RemoteCertificateValidationCallback = ValidateAnything }, deadline);
            }

            Stream talk = (Stream?)ssl ?? stream;
            await talk.WriteAsync(Question, deadline);
            byte[] answer = new byte[5];
            return await talk.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, deadline) == answer.Length
                && Encoding.ASCII.GetString(answer) == "HTTP/";
        }, cancellationToken);

    /// <returns>Null: it cannot be reached. False, too, where it hangs up or says nothing.</returns>
    private static async Task<bool?> TryAsync(BrokerAddress address, Func<NetworkStream, CancellationToken, Task<bool>> talk, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(address.Host, address.Port, deadline.Token);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }

        try
        {
            return await talk(client.GetStream(), deadline.Token);
        }
        catch (Exception e) when (e is IOException or AuthenticationException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static bool ValidateAnything(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;
}
