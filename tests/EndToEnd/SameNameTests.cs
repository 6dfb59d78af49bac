using LeafSeg.Common.Tests;

namespace LeafSeg.EndToEnd;

/// <summary>
/// Failure 10 of the field at a broker that says nothing at a take-over (mosquitto before 2.0.15): two rigs of one name would throw
/// each other out every second and send their newest results again each time.
/// </summary>
public sealed class SameNameTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Two_rigs_of_one_name_raise_the_alarm_and_stop_throwing_each_other_out()
    {
        string log = Path.Combine(folder.Path, "mosquitto.log");
        using Mosquitto mosquitto = new(folder.Path, $"log_dest file {log}\nlog_type all");
        await mosquitto.StartAsync();
        Rig one = new(Directory.CreateDirectory(Path.Combine(folder.Path, "one")).FullName, mosquitto.Address);
        Rig other = new(Directory.CreateDirectory(Path.Combine(folder.Path, "other")).FullName, mosquitto.Address);
        Frames.Render(one.Frames, 2);
        Frames.Render(other.Frames, 2);
        string settings = Path.Combine(folder.Path, "settings.json");
        File.WriteAllText(settings, """{ "triggers": { "schedule": { "everySeconds": 1 } }, "broker": { "retryLongestSeconds": 600 } }""");
        using ChildProcess first = AgentProcess.Run(one, "--loop", "--settings", settings);
        using ChildProcess second = AgentProcess.Run(other, "--loop", "--settings", settings);
        await first.UntilAsync("both know", () => first.Errors.Contains("session-taken", StringComparison.Ordinal) || second.Errors.Contains("session-taken", StringComparison.Ordinal));

        // Whoever has noticed stays away for ten minutes, and the other one is left alone.
        int connections = Connections(log);
        Assert.InRange(connections, 2, 14);
        await Task.Delay(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.InRange(Connections(log), connections, connections + 3);
        Assert.Contains("give each rig a name of its own", first.Errors + second.Errors, StringComparison.Ordinal);
    }

    private static int Connections(string log) =>
        File.ReadAllLines(log).Count(line => line.Contains("New client connected", StringComparison.Ordinal) && line.Contains("ghent_r17", StringComparison.Ordinal));
}
