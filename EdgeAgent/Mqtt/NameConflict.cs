using System.Text.Json;

namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>
/// Recognises another client that uses this rig's name. MQTT 5 has a reason code for a session that is taken over (0x8E), and
/// mosquitto before 2.0.15 and RabbitMQ just hang up. Two things give the other one away: an <c>info</c> with another boot id
/// after this rig has published its own, and a broker that hangs up soon after the birth messages, again and again.
/// </summary>
/// <param name="boot">This rig's boot id.</param>
internal sealed class NameConflict(string boot)
{
    /// <summary>One may be an older message of this very rig, from the store of a broker that was killed.</summary>
    private const int EnoughSightings = 2;

    private const int EnoughHangUps = 5;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private bool published;
    private bool seenOverThis;
    private int sightings;
    private int hangUps;

    /// <summary>What shows that there is another client; null: nothing does.</summary>
    public string? Evidence
    {
        get
        {
            lock (gate)
            {
                return sightings >= EnoughSightings ? "info of another boot id came on this rig's own topic"
                    : hangUps >= EnoughHangUps ? $"the broker hung up {hangUps} times in a row within {Soon.TotalSeconds} s of the birth messages"
                    : null;
            }
        }
    }

    /// <summary>The boot id in an <c>info</c> message; null: none can be read.</summary>
    public static string? BootIn(byte[] info)
    {
        try
        {
            using JsonDocument message = JsonDocument.Parse(info);
            return message.RootElement.ValueKind == JsonValueKind.Object && message.RootElement.TryGetProperty("boot", out JsonElement boot)
                && boot.ValueKind == JsonValueKind.String ? boot.GetString() : null;
        }
        catch (JsonException)
        {
            return null; // Empty when it is cleared; what else is there is not ours.
        }
    }

    /// <summary>A connection is being made.</summary>
    public void Connecting()
    {
        lock (gate)
        {
            seenOverThis = false;
        }
    }

    /// <summary>The broker has acknowledged this rig's own info: what is retained there is from now on of this boot.</summary>
    public void Published()
    {
        lock (gate)
        {
            published = true;
        }
    }

    /// <summary>A message on this rig's topic <c>info</c>.</summary>
    public void Take(IncomingMessage message)
    {
        if (BootIn(message.Payload) is not { } other || other == boot)
        {
            return;
        }

        lock (gate)
        {
            // Before this rig has published, what is retained may be of its boot before this one.
            if (seenOverThis || (message.Retained && !published))
            {
                return;
            }

            seenOverThis = true;
            sightings++;
        }
    }

    /// <summary>A connection that was announced is lost.</summary>
    /// <param name="lasted">Since its birth messages.</param>
    /// <param name="hungUp">The broker ended it, without a word.</param>
    public void Lost(TimeSpan lasted, bool hungUp)
    {
        lock (gate)
        {
            hangUps = hungUp && lasted < Soon ? hangUps + 1 : 0;
        }
    }

    /// <summary>The session was kept for long enough, or the broker itself was unreachable.</summary>
    public void Forget()
    {
        lock (gate)
        {
            sightings = hangUps = 0;
        }
    }
}
