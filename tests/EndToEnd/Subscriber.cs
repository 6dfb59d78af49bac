namespace LeafSeg.EndToEnd;

/// <summary>
/// mosquitto_sub: a subscriber that is not ours. MQTT 5, QoS 1, a session that lasts, so that what is sent while it
/// is away waits for it.
/// </summary>
internal sealed class Subscriber : IDisposable
{
    private const string Ready = "test/ready";
    private readonly ChildProcess process;

    private Subscriber(int port, string id) => process = new ChildProcess("mosquitto_sub",
        "-h", "127.0.0.1", "-p", $"{port}", "-V", "5", "-q", "1", "-i", id, "-c", "-x", "3600",
        "-t", "leafseg/v1/#", "-t", Ready, "-F", "%r %t %p");

    /// <summary>Every message so far, in the order of arrival.</summary>
    public IReadOnlyList<ReceivedMessage> Received => [.. process.Output.Where(IsMessage).Select(Parse).Where(h => h.Topic != Ready)];

    /// <summary>Starts it and returns once the broker has its subscription.</summary>
    public static async Task<Subscriber> StartAsync(Mosquitto broker, string id = "subscriber")
    {
        using (ChildProcess publish = new("mosquitto_pub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-t", Ready, "-m", "yes", "-r", "-q", "1"))
        {
            Assert.Equal(0, await publish.ExitCodeAsync());
        }

        Subscriber subscriber = new(broker.Port, id);
        await subscriber.process.UntilAsync("the subscription stands", () => subscriber.process.Output.Any(l => IsMessage(l) && Parse(l).Topic == Ready));
        return subscriber;
    }

    /// <summary>Payloads on the topics that end so.</summary>
    public IReadOnlyList<string> On(string ending) =>
        [.. Received.Where(h => h.Topic.EndsWith(ending, StringComparison.Ordinal)).Select(h => h.Payload)];

    public Task UntilAsync(string what, Func<bool> isTrue) => process.UntilAsync(what, isTrue);

    public void Dispose() => process.Dispose();

    /// <summary>A picture is no text and may go over many lines.</summary>
    private static bool IsMessage(string line) => line.Split(' ', 3) is ["0" or "1", _, _];

    private static ReceivedMessage Parse(string line)
    {
        string[] parts = line.Split(' ', 3);
        return new ReceivedMessage(parts[0] == "1", parts[1], parts[2]);
    }
}

/// <summary>One message.</summary>
/// <param name="Retained">Handed over from the broker's store, not as it was sent.</param>
/// <param name="Topic">The whole topic.</param>
/// <param name="Payload">The payload as text.</param>
internal sealed record ReceivedMessage(bool Retained, string Topic, string Payload);
