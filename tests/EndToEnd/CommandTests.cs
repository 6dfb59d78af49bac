using System.Globalization;
using System.Text.Json;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>Commands from mosquitto's own programs through a real broker to the agent, and the answers back.</summary>
public sealed class CommandTests : IDisposable
{
    private const string Commands = "leafseg/v1/ghent/r17/command";
    private readonly Greenhouse house = new();

    public void Dispose() => house.Dispose();

    [Fact]
    public async Task A_rig_is_commanded_over_a_real_broker()
    {
        Rig rig = house.Rig;
        await house.StartAsync(frames: 3);
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);

        // The simulated line asks once and then stays silent for a day: all further pictures are commanded.
        using (ChildProcess agent = AgentProcess.Start(
            "run", "--frames", rig.Frames, "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State, "--status-port", $"{rig.StatusPort}",
            "--site", "ghent", "--rig", "r17", "--loop", "--interval", "86400"))
        {
            await agent.UntilAsync("the first result", () => subscriber.On("r17/capture").Count >= 1);
            JsonElement capture = await AskAsync("capture", Payload("c1"));
            Assert.Equal(("done", "c1"), (Text(capture, "outcome"), Text(capture, "id")));
            await subscriber.UntilAsync("the result that was asked for", () => subscriber.On("r17/capture").Count >= 2);
            JsonElement result = JsonDocument.Parse(subscriber.On("r17/capture")[1]).RootElement;
            Assert.Equal("command", Text(result.GetProperty("trigger"), "kind"));
            Assert.Equal(capture.GetProperty("captures")[0].GetString(), Text(result, "id"));

            // Once more with the same id: the same answer, no further picture.
            Assert.Equal(capture.GetRawText(), (await AskAsync("capture", Payload("c1"))).GetRawText());

            JsonElement image = await AskAsync("send-image", Payload("i1"));
            Assert.Equal("done", Text(image, "outcome"));
            await subscriber.UntilAsync("the picture", () => subscriber.On("/image/latest").Count > 0 && subscriber.On($"/image/{Text(image, "image")}").Count > 0);

            JsonElement doctor = await AskAsync("doctor", Payload("d1"));
            Assert.Contains("broker", doctor.GetProperty("checks").EnumerateArray().Select(c => Text(c, "name")));
            Assert.Equal("refused", Text(await AskAsync("reboot", Payload("x1")), "outcome"));
            Assert.Equal("refused", Text(await AskAsync("capture", "{"), "outcome"));

            Assert.True((await AskAsync("pause", Payload("p1", ",\"paused\":true"))).GetProperty("paused").GetBoolean());
            await subscriber.UntilAsync("health says that it is paused", () => Paused(subscriber));
            Assert.Equal(2, subscriber.On("r17/capture").Count);
            await agent.EndAsync("TERM");
        }

        using ChildProcess again = AgentProcess.Run(rig, "--loop");
        await again.UntilAsync("it says that it is paused", () => again.Errors.Contains("still is", StringComparison.Ordinal));
        await subscriber.UntilAsync("it is there again", () => subscriber.On("/status").Count(s => s == "online") == 2);

        // Without MQTT 5's response topic the answer is where everybody can find it.
        using ChildProcess publish = new("mosquitto_pub", "-h", "127.0.0.1", "-p", $"{house.Mosquitto.Port}", "-V", "311", "-t", $"{Commands}/resume", "-m", Payload("r1"));
        Assert.Equal(0, await publish.ExitCodeAsync());
        await subscriber.UntilAsync("the answer", () => subscriber.On("/command-result/r1").Count == 1);
        await subscriber.UntilAsync("pictures again", () => PictureToTopicTests.Distinct(subscriber).Length > 2);
        Assert.False(Paused(subscriber));
        Assert.Equal((int)ExitCode.Done, await again.EndAsync("TERM"));
        MessageCheck.AssertValid([.. subscriber.Received.Where(h => !h.Topic.Contains("/command/", StringComparison.Ordinal) && !h.Topic.Contains("/image/", StringComparison.Ordinal))]);
    }

    private static bool Paused(Subscriber subscriber) => JsonDocument.Parse(subscriber.On("/health")[^1]).RootElement.GetProperty("paused").GetBoolean();

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string Payload(string id, string more = "") =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"{id}\",\"time\":\"{DateTimeOffset.UtcNow:O}\"{more}}}");

    /// <summary>mosquitto_rr: a request with MQTT 5's response topic and correlation data; it waits for the answer.</summary>
    private async Task<JsonElement> AskAsync(string name, string payload)
    {
        using ChildProcess request = new("mosquitto_rr", "-h", "127.0.0.1", "-p", $"{house.Mosquitto.Port}", "-V", "5", "-W", "60",
            "-t", $"{Commands}/{name}", "-e", "answers/mine", "-D", "publish", "correlation-data", "42", "-m", payload, "-F", "%D %p");
        Assert.Equal(0, await request.ExitCodeAsync());
        await request.UntilAsync("an answer", () => request.Output.Count > 0);
        string line = string.Concat(request.Output);
        Assert.StartsWith("42 ", line, StringComparison.Ordinal);
        return JsonDocument.Parse(line[3..]).RootElement;
    }
}
