using LeafSeg.Common.Tests;

namespace LeafSeg.EndToEnd;

/// <summary>Overlays that go to the broker without being asked for.</summary>
public sealed class PublishedOverlayTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Each_overlay_is_on_a_topic_of_its_own_and_the_newest_stays()
    {
        using Mosquitto mosquitto = new(folder.Path);
        await mosquitto.StartAsync();
        Rig rig = new(folder.Path, mosquitto.Address);
        Frames.Render(rig.Frames, 2);
        string settings = Path.Combine(folder.Path, "settings.json");
        File.WriteAllText(settings, """{ "overlays": { "publish": true }, "triggers": { "schedule": { "everySeconds": 0.2 } } }""");
        using Subscriber subscriber = await Subscriber.StartAsync(mosquitto);
        using ChildProcess agent = AgentProcess.Run(rig, "--settings", settings, "--loop");
        await subscriber.UntilAsync("two overlays", () => subscriber.On("/image/latest").Count >= 2);
        Assert.All(
            subscriber.Received.Where(h => h.Topic.EndsWith("/image/latest", StringComparison.Ordinal)).Zip(subscriber.Received.Where(h => IsOwn(h.Topic))),
            pair => Assert.Equal(pair.First.Payload, pair.Second.Payload));

        using Subscriber late = await Subscriber.StartAsync(mosquitto, "late");
        await late.UntilAsync("the newest overlay", () => late.Received.Any(h => h.Retained && h.Topic.EndsWith("/image/latest", StringComparison.Ordinal)));
        Assert.DoesNotContain(late.Received, h => h.Retained && IsOwn(h.Topic));
    }

    private static bool IsOwn(string topic) => topic.Contains("/image/", StringComparison.Ordinal) && !topic.EndsWith("/latest", StringComparison.Ordinal);
}
