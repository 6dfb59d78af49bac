using System.Net.Http.Json;
using System.Text.Json;
using LeafSeg.Common.Tests.Segmentation;

namespace LeafSeg.EndToEnd;

/// <summary>leafseg-agent as a real process, as a user would start it.</summary>
internal static class AgentProcess
{
    private static readonly HttpClient Http = new();

    /// <summary>The program with nothing added.</summary>
    public static ChildProcess Start(params IEnumerable<string> arguments) =>
        new(Path.Combine(AppContext.BaseDirectory, "leafseg-agent"), arguments);

    /// <summary>Takes one picture every 200 ms and has all its belongings in one folder.</summary>
    public static ChildProcess Run(Rig rig, params IEnumerable<string> arguments) => Start(ForRun(rig, arguments));

    /// <summary>The same with the heaps that the unit gives it.</summary>
    public static ChildProcess RunWithFewHeaps(Rig rig, params IEnumerable<string> arguments) =>
        new("env", ["MALLOC_ARENA_MAX=2", Path.Combine(AppContext.BaseDirectory, "leafseg-agent"), .. ForRun(rig, arguments)]);

    private static IEnumerable<string> ForRun(Rig rig, IEnumerable<string> arguments) =>
    [
        "run", "--frames", rig.Frames, "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State, "--status-port", $"{rig.StatusPort}",
        "--site", "ghent", "--rig", rig.Name, "--plant", "a3", "--interval", "0.2", .. arguments,
    ];

    /// <summary>What the status page shows; null while it is not there yet.</summary>
    public static async Task<JsonElement?> StatusAsync(int port)
    {
        try
        {
            return await Http.GetFromJsonAsync<JsonElement>($"http://127.0.0.1:{port}/status.json", TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}

/// <summary>What one agent needs; everything in one folder.</summary>
internal sealed record Rig(string Folder, string Broker)
{
    public string Frames { get; init; } = Path.Combine(Folder, "frames");

    public string Name { get; init; } = "r17";

    public string State { get; init; } = Path.Combine(Folder, "state");

    public int StatusPort { get; } = Mosquitto.FreePort();

    public string Model { get; init; } = TinyModel.Write(TinyModel.Build(), Folder);
}
