using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Imaging;

namespace LeafSeg.Benchmarks;

/// <summary>The agent as a process of its own with the shipped model: from start to ready, then a minute in which nothing is asked of it.</summary>
internal static class AgentAtRest
{
    private const int Port = 18080;

    public static async Task RunAsync(string[] args)
    {
        string model = args.Length > 0 ? args[0] : throw new ArgumentException("give the model file, as in deploy/models");
        int seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 60;
        string folder = Directory.CreateTempSubdirectory("leafseg-rest-").FullName;
        try
        {
            string frames = Path.Combine(folder, "frames");
            Directory.CreateDirectory(frames);
            ImageFile.Write(Path.Combine(frames, "plant.png"), new RgbImage(500, 500));
            string settings = Path.Combine(folder, "settings.json");
            await File.WriteAllTextAsync(settings, """{ "triggers": { "schedule": { "everySeconds": 86400 } } }""");
            ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "leafseg-agent"), [
                "run", "--settings", settings, "--frames", frames, "--loop", "--broker", "embedded", "--model", Path.GetFullPath(model),
                "--state", Path.Combine(folder, "state"), "--status-port", $"{Port}"])
            { RedirectStandardError = true, RedirectStandardOutput = true };
            Stopwatch watch = Stopwatch.StartNew();
            using Process agent = Process.Start(start)!;
            agent.BeginErrorReadLine();
            agent.BeginOutputReadLine();
            await ReadyAsync(agent);
            Say("start to ready", watch.Elapsed.TotalSeconds, "s");

            // The first picture is taken at the start; rest begins after it.
            await Task.Delay(TimeSpan.FromSeconds(5));
            double cpu = ProcessCost.CpuSeconds(agent.Id);
            watch.Restart();
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            Say("of a core at rest", 100 * (ProcessCost.CpuSeconds(agent.Id) - cpu) / watch.Elapsed.TotalSeconds, "%");
            Say("resident memory with the model", ProcessCost.ResidentMb(agent.Id), "MB");
            agent.Kill();
            await agent.WaitForExitAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static void Say(string what, double value, string unit) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-40}{value,12:0.00} {unit}"));
    }

    private static async Task ReadyAsync(Process agent)
    {
        using HttpClient http = new();
        while (!agent.HasExited)
        {
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{Port}/readyz"));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(10);
        }

        throw new InvalidOperationException("the agent has ended");
    }
}
