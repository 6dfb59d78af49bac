namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>
/// Topics over which the broker hangs up after it has refused them, as mosquitto 2.0.11 does without a limit of queued messages: a rig
/// that tries them at every connection would have none for long. MQTT 5 only: a broker of 3.1.1 does not say what it refuses. Thread-safe.
/// </summary>
internal sealed class RefusedTopics(TimeProvider time)
{
    /// <summary>A connection that ends this soon after refusals ends because of them, if it does so twice.</summary>
    private static readonly TimeSpan RightAfter = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);
    private const int HangUpsBefore = 2;

    private readonly Dictionary<string, (int HangUps, long Since)> topics = [];
    private readonly Dictionary<string, (long Connection, long At)> refusals = [];
    private readonly Lock gate = new();
    private long ended;

    /// <summary>It is of no use to publish there for now.</summary>
    public bool IsSilent(string topic)
    {
        lock (gate)
        {
            return topics.TryGetValue(topic, out (int HangUps, long Since) found) && found.HangUps >= HangUpsBefore && time.GetElapsedTime(found.Since) < Silence;
        }
    }

    /// <param name="topic">What the broker refused.</param>
    /// <param name="connection">Number of the connection, which may have ended by now.</param>
    public void Refused(string topic, long connection)
    {
        lock (gate)
        {
            Forget(refusals, known => time.GetElapsedTime(known.At) >= RightAfter);
            if (connection == ended)
            {
                Count(topic);
            }
            else
            {
                refusals[topic] = (connection, time.GetTimestamp());
            }
        }
    }

    public void Accepted(string topic)
    {
        lock (gate)
        {
            topics.Remove(topic);
            refusals.Remove(topic);
        }
    }

    /// <summary>The broker has ended the connection of this number.</summary>
    public void HungUp(long connection)
    {
        lock (gate)
        {
            ended = connection;
            Forget(topics, known => time.GetElapsedTime(known.Since) >= Silence);
            foreach ((string topic, (long over, long at)) in refusals)
            {
                if (over == connection && time.GetElapsedTime(at) < RightAfter)
                {
                    Count(topic);
                }
            }

            refusals.Clear();
        }
    }

    /// <summary>Topics of replies are new for each request: they must not fill the memory.</summary>
    private static void Forget<T>(Dictionary<string, T> known, Predicate<T> isOld)
    {
        foreach (string topic in known.Where(entry => isOld(entry.Value)).Select(entry => entry.Key).ToArray())
        {
            known.Remove(topic);
        }
    }

    private void Count(string topic) => topics[topic] = (topics.GetValueOrDefault(topic).HangUps + 1, time.GetTimestamp());
}
