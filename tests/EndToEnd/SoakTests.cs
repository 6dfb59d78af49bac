using System.Globalization;
using System.Text.Json;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>Failure 4 of the field: memory that grows with every picture.</summary>
public sealed class SoakTests : IDisposable
{
    private readonly Greenhouse house = new();

    public void Dispose() => house.Dispose();

    [Fact]
    public async Task Thousands_of_captures_at_full_speed_leave_the_memory_as_it_was()
    {
        // A run of a few hundred sees no more than a picture of 0.4 MB lost each time.
        int captures = Proof.IsFull ? 20_000 : 600;
        int part = Proof.IsFull ? 1000 : 100;
        double allowedMb = Proof.IsFull ? 5 : 60;
        Rig rig = house.Rig;
        await house.StartAsync(frames: 4, size: 360);
        string settings = Path.Combine(house.Folder, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            triggers = new { gpio = new { chip = "simulated", burstPictures = 1000, burstEveryMs = 1 } },
            overlays = new { keep = 50 },
        }), TestContext.Current.CancellationToken);
        using ChildProcess agent = AgentProcess.RunWithFewHeaps(rig, "--loop", "--settings", settings);
        await AcknowledgedAsync(agent, rig, part);
        List<double> usual = [];
        for (int end = 2 * part; end <= captures; end += part)
        {
            usual.Add(await UsualMbAsync(agent, rig, end - part, end));
        }

        Proof.Report($"{captures} captures, MB in each {part} after the first: {string.Join(' ', usual.Select(mb => mb.ToString("0.0", CultureInfo.InvariantCulture)))}");
        Assert.Equal((int)ExitCode.Done, await agent.EndAsync("TERM"));

        // Of single parts the collector and the allocator's heaps make as much as 4 MB more or less.
        int third = usual.Count / 3;
        Assert.InRange(Median(usual.TakeLast(third)) - Median(usual.Take(third)), double.NegativeInfinity, allowedMb);
    }

    /// <summary>Median over some captures: between two collections memory goes up and down by more than what is looked for.</summary>
    private static async Task<double> UsualMbAsync(ChildProcess agent, Rig rig, int first, int end)
    {
        const int Samples = 25;
        List<double> seen = [];
        for (int sample = 1; sample <= Samples; sample++)
        {
            await AcknowledgedAsync(agent, rig, first + ((end - first) * sample / Samples));
            seen.Add(PrivateMb(agent));
        }

        return Median(seen);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private static Task AcknowledgedAsync(ChildProcess agent, Rig rig, long count) => agent.ProgressAsync(
        $"{count} results", count, async () =>
            await AgentProcess.StatusAsync(rig.StatusPort) is { } status ? status.GetProperty("acknowledged").GetInt64() : 0);

    /// <summary>Memory of the process that no file stands behind.</summary>
    private static double PrivateMb(ChildProcess process)
    {
        const string Field = "RssAnon:";
        string line = File.ReadLines($"/proc/{process.Id}/status").Single(l => l.StartsWith(Field, StringComparison.Ordinal));
        return int.Parse(line.AsSpan(Field.Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture) / 1024.0;
    }
}
