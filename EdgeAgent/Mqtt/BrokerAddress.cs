using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MQTTnet;

namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>Where the broker is.</summary>
/// <param name="Host">A host name or address; "[::1]" without its brackets.</param>
/// <param name="Port">0 only with the embedded broker: the first free port from 1883 on.</param>
/// <param name="IsEmbedded">Inside this program.</param>
internal sealed record BrokerAddress(string Host, int Port, bool IsEmbedded)
{
    public const string Expected =
        "\"HOST:PORT\" with a port of 1 to 65535, \"ws://HOST:PORT/PATH\" or \"wss://HOST:PORT/PATH\" for a broker behind a websocket (user and password in broker.user and broker.password), or \"embedded\"";

    private const string Embedded = "embedded";

    /// <summary>The whole address of a broker that is reached over HTTP; null: plain MQTT over TCP or TLS.</summary>
    public Uri? WebSocket { get; private init; }

    /// <summary>The address itself requests TLS; without a websocket broker.tls.enabled does.</summary>
    public bool IsSecureWebSocket => WebSocket?.Scheme == Uri.UriSchemeWss;

    /// <exception cref="FormatException">It is no broker's address.</exception>
    public static BrokerAddress Parse(string text) =>
        TryParse(text, out BrokerAddress? address) ? address : throw new FormatException("This is no broker's address.");

    public static bool TryParse(string text, [NotNullWhen(true)] out BrokerAddress? address)
    {
        address = null;
        if (text == Embedded)
        {
            address = new BrokerAddress("127.0.0.1", 0, IsEmbedded: true);
            return true;
        }

        if (text.StartsWith("ws://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("wss://", StringComparison.OrdinalIgnoreCase))
        {
            return TryParseWebSocket(text, out address);
        }

        int colon = text.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || port is < 1 or > 65535)
        {
            return false;
        }

        string host = text[..colon];
        if (host == Embedded)
        {
            address = new BrokerAddress("127.0.0.1", port, IsEmbedded: true);
            return true;
        }

        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (bracketed)
        {
            host = host[1..^1];
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || (host.Contains(':', StringComparison.Ordinal) && !bracketed))
        {
            return false;
        }

        address = new BrokerAddress(host, port, IsEmbedded: false);
        return true;
    }

    /// <summary>Has a client connect there.</summary>
    public void Apply(MqttClientOptionsBuilder builder)
    {
        if (WebSocket is null)
        {
            builder.WithTcpServer(Host, Port);
        }
        else
        {
            builder.WithWebSocketServer(webSocket => webSocket.WithUri(WebSocket.AbsoluteUri));
        }
    }

    public override string ToString() =>
        WebSocket?.AbsoluteUri ?? (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}");

    private static bool TryParseWebSocket(string text, [NotNullWhen(true)] out BrokerAddress? address)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0 || uri.Host.Length == 0 || uri.Port is < 1 or > 65535)
        {
            return false;
        }

        address = new BrokerAddress(uri.DnsSafeHost, uri.Port, IsEmbedded: false) { WebSocket = uri };
        return true;
    }
}
