namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>
/// Topics over which the broker hangs up after it has refused them, as mosquitto 2.0.11 does without a limit of queued messages: a rig
/// that tries them at every connection would have none for long. Thread-safe.
/// </summary>
internal sealed class RefusedTopics(TimeProvider time)
{
    /// <summary>A connection that ends this soon after refusals ends because of them, if it does so twice.</summary>
    private static readonly TimeSpan RightAfter = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);
    private const int HangUpsBefore = 2;

    private readonly Dictionary<string, (int HangUps, long Since)> topics = [];
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> refusals = [];

    /// <summary>It is of no use to publish there for now.</summary>
    public bool IsSilent(string topic)
    {
        lock (gate)
        {
            return topics.TryGetValue(topic, out (int HangUps, long Since) found) && found.HangUps >= HangUpsBefore && time.GetElapsedTime(found.Since) < Silence;
        }
    }

    public void Refused(string topic)
    {
        lock (gate)
        {
            refusals[topic] = time.GetTimestamp();
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

    /// <summary>The broker has ended the connection.</summary>
    public void HungUp()
    {
        lock (gate)
        {
            foreach ((string topic, long at) in refusals)
            {
                if (time.GetElapsedTime(at) < RightAfter)
                {
                    topics[topic] = (topics.GetValueOrDefault(topic).HangUps + 1, time.GetTimestamp());
                }
            }

            refusals.Clear();
        }
    }
}
