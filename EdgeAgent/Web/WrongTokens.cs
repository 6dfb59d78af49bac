using System.Net;
using System.Net.Sockets;

namespace LeafSeg.EdgeAgent.Web;

/// <summary>
/// Slows down whoever tries tokens: after each wrong one its address waits twice as long as before, up to a minute, and what it sends meanwhile
/// is not looked at.
/// </summary>
internal sealed class WrongTokens(TimeProvider time)
{
    private const int MostAddresses = 1000;
    private const int NetworkBytes = 8;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, (int Count, long At)> wrong = [];

    /// <summary>Looks at a token, unless its address has to wait. One at a time, so that many connections try no faster than one.</summary>
    /// <param name="from">The address that it comes from.</param>
    /// <param name="isRight">Compares the token.</param>
    /// <returns>Whether it is right, and how long the address has to wait when it was not looked at; else zero.</returns>
    public (bool IsRight, TimeSpan Wait) Try(IPAddress? from, Func<bool> isRight)
    {
        IPAddress key = KeyOf(from);
        lock (gate)
        {
            if (wrong.TryGetValue(key, out (int Count, long At) tries)
                && WaitAfter(tries.Count) - time.GetElapsedTime(tries.At) is var wait && wait > TimeSpan.Zero)
            {
                return (false, wait);
            }

            if (isRight())
            {
                wrong.Remove(key);
                return (true, TimeSpan.Zero);
            }

            ForgetOld();
            if (wrong.Count >= MostAddresses && !wrong.ContainsKey(key))
            {
                wrong.Remove(wrong.MinBy(other => other.Value.At).Key);
            }

            wrong[key] = (tries.Count + 1, time.GetTimestamp());
            return (false, TimeSpan.Zero);
        }
    }

    private static TimeSpan WaitAfter(int count) => TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, count - 1)));

    private void ForgetOld()
    {
        foreach (IPAddress old in wrong.Where(tries => time.GetElapsedTime(tries.Value.At) > Forgotten).Select(tries => tries.Key).ToArray())
        {
            wrong.Remove(old);
        }
    }

    /// <summary>A whole network of IPv6 has one owner.</summary>
    private static IPAddress KeyOf(IPAddress? from)
    {
        if (from is null)
        {
            return IPAddress.None;
        }

        if (from.IsIPv4MappedToIPv6)
        {
            return from.MapToIPv4();
        }

        if (from.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return from;
        }

        byte[] bytes = from.GetAddressBytes();
        Array.Clear(bytes, NetworkBytes, bytes.Length - NetworkBytes);
        return new IPAddress(bytes);
    }
}
