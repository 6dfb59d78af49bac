using System.Text.Json;
using LeafSeg.Documentation;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd.Documentation;

/// <summary>The commands for a rig of README, the devices page and the MQTT page, with a folder of pictures in a camera's place.</summary>
public sealed class RigPagesTests : IDisposable
{
    private readonly Greenhouse house = new();
    private readonly PageShell shell;
    private readonly string settings;

    public RigPagesTests()
    {
        shell = new PageShell(house.Folder);
        settings = Path.Combine(house.Folder, "leafseg-agent.json");
        File.WriteAllText(settings, JsonSerializer.Serialize(new
        {
            site = "ghent",
            rig = "r17",
            stateFolder = house.Rig.State,
            model = new { file = house.Rig.Model },
            camera = new { folder = new { path = house.Rig.Frames, atEnd = "loop" } },
            triggers = new { gpio = new { chip = "simulated", simulatedEverySeconds = 0.5 } },
            broker = new { address = house.Rig.Broker },
            statusPage = new { port = house.Rig.StatusPort },
        }));
    }

    public void Dispose() => house.Dispose();

    [Fact]
    public async Task The_commands_of_README_for_a_rig_and_for_its_readers_work()
    {
        await house.StartAsync(frames: 3);
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);
        ShellBlock[] blocks = [.. ShellBlock.Of("README.md", typeof(RigPagesTests))];
        Assert.Equal(2, blocks.Length);
        await TryAsync(blocks.SelectMany(block => block.Commands), subscriber);
    }

    [Fact]
    public async Task The_commands_of_the_devices_page_work()
    {
        await house.StartAsync(frames: 3);
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);
        ShellBlock[] blocks = [.. ShellBlock.Of("docs/devices.md", typeof(RigPagesTests))];
        Assert.Equal(4, blocks.Length);
        await TryAsync(blocks.SelectMany(block => block.Commands), subscriber);
        Assert.All(["board.pdf", "r17.leafseg", "leafseg-status-token"], name => Assert.True(File.Exists(Path.Combine(house.Folder, name)), name));
    }

    [Fact]
    public async Task The_commands_of_the_MQTT_page_are_answered()
    {
        await house.StartAsync(frames: 3);
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);
        using ChildProcess agent = shell.Start($"leafseg-agent run --settings {settings}");
        await agent.UntilAsync("a result", () => subscriber.On("r17/capture").Count > 0);
        foreach (string command in ShellBlock.Of("docs/mqtt.md", typeof(RigPagesTests)).SelectMany(block => block.Commands))
        {
            string answer = Assert.Single(await shell.RunAsync($"{command} -p {house.Mosquitto.Port}"));
            Assert.Equal("done", JsonDocument.Parse(answer).RootElement.GetProperty("outcome").GetString());
        }
    }

    private async Task TryAsync(IEnumerable<string> commands, Subscriber subscriber)
    {
        foreach (string command in commands)
        {
            string here = Here(command);
            if (command.StartsWith("leafseg-agent simulate", StringComparison.Ordinal))
            {
                await shell.RunAsync($"{here} --captures 1 --status-port {Mosquitto.FreePort()}");
            }
            else if (command.StartsWith("leafseg-agent run", StringComparison.Ordinal))
            {
                long before = Newest(subscriber);
                using ChildProcess agent = shell.Start(here);
                await agent.UntilAsync("a result", () => Newest(subscriber) > before);
                int code = await agent.EndAsync("TERM");
                Assert.True(code == (int)ExitCode.Done, $"{command}: exit code {code}\n{agent.Errors}\n{string.Join('\n', agent.Output)}");
            }
            else if (command.StartsWith("mosquitto_sub", StringComparison.Ordinal))
            {
                Assert.Contains("/plant/", Assert.Single(await shell.RunAsync($"{here} -p {house.Mosquitto.Port} -C 1")), StringComparison.Ordinal);
            }
            else
            {
                // Whether the clock of the machine under test is synchronised is not ours to say.
                await shell.RunAsync(here, command.Contains(" doctor", StringComparison.Ordinal) ? [(int)ExitCode.Ill] : []);
            }
        }
    }

    /// <summary>The highest sequence number of a result; what the doctor publishes there has none.</summary>
    private static long Newest(Subscriber subscriber) => subscriber.On("r17/capture").Where(payload => payload.StartsWith('{'))
        .Select(payload => JsonDocument.Parse(payload).RootElement.TryGetProperty("sequence", out JsonElement sequence) ? sequence.GetInt64() : 0)
        .DefaultIfEmpty().Max();

    /// <summary>With the folders and ports of this test where the page has a reader's, or those of an installed rig.</summary>
    private string Here(string command)
    {
        string here = command
            .Replace("--frames DIR", $"--frames {house.Rig.Frames} --model {house.Rig.Model} --state {house.Rig.State} --status-port {house.Rig.StatusPort} --site ghent --rig r17", StringComparison.Ordinal)
            .Replace("HOST:PORT", house.Rig.Broker, StringComparison.Ordinal)
            .Replace("/etc/leafseg/leafseg-agent.json", settings, StringComparison.Ordinal)
            .Replace("/etc/credstore/", $"{house.Folder}/", StringComparison.Ordinal);
        if (command.Contains(" backup ", StringComparison.Ordinal) && !command.Contains("--settings", StringComparison.Ordinal))
        {
            here += $" --state {house.Rig.State}";
        }

        return command.Contains(" restore ", StringComparison.Ordinal) ? $"{here} --force" : here;
    }
}
