using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>Where the broker is.</summary>
/// <param name="Host">A host name or address; "[::1]" without its brackets.</param>
/// <param name="Port">0 only with the embedded broker: the first free port from 1883 on.</param>
/// <param name="IsEmbedded">Inside this program.</param>
internal sealed record BrokerAddress(string Host, int Port, bool IsEmbedded)
{
    private const string Embedded = "embedded";

    /// <exception cref="FormatException">It is neither "HOST:PORT" nor "embedded".</exception>
    public static BrokerAddress Parse(string text) =>
        TryParse(text, out BrokerAddress? address) ? address : throw new FormatException($"\"{text}\" is no broker's address.");

    public static bool TryParse(string text, [NotNullWhen(true)] out BrokerAddress? address)
    {
        address = null;
        if (text == Embedded)
        {
            address = new BrokerAddress("127.0.0.1", 0, IsEmbedded: true);
            return true;
        }

        int colon = text.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || port is < 1 or > 65535)
            return false;

        string host = text[..colon];
        if (host == Embedded)
        {
            address = new BrokerAddress("127.0.0.1", port, IsEmbedded: true);
            return true;
        }

        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (bracketed)
            host = host[1..^1];
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || (host.Contains(':', StringComparison.Ordinal) && !bracketed))
            return false;

        address = new BrokerAddress(host, port, IsEmbedded: false);
        return true;
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
