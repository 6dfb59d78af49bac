using System.Text.Json;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>The programs on a processor of 2013, by QEMU's user mode: no VNNI, so that sums of 8-bit products overflow.</summary>
public sealed class ProcessorWithoutVnniTests : IDisposable
{
    private static readonly string Shipped = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "models"), "*.onnx").Single();
    private readonly Greenhouse house = new();

    public void Dispose() => house.Dispose();

    [Fact]
    public async Task A_model_in_integers_is_refused_by_prove_and_run_measures_in_float32()
    {
        using ChildProcess prove = OnHaswell("prove", Shipped);
        Assert.Equal((int)ExitCode.Model, await prove.ExitCodeAsync());
        Assert.Contains("without VNNI", prove.Errors, StringComparison.Ordinal);

        // Many minutes, for its golden cases are run.
        if (Proof.IsFull)
        {
            await AssertRunsInFloat32Async();
        }
    }

    private async Task AssertRunsInFloat32Async()
    {
        Rig rig = house.Rig;
        await house.StartAsync(frames: 1);
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);
        using ChildProcess run = OnHaswell("run", "--frames", rig.Frames, "--broker", rig.Broker, "--model", Shipped, "--state", rig.State, "--status-port", $"{rig.StatusPort}", "--captures", "1");
        Assert.Equal(0, await run.ExitCodeAsync());
        Assert.Contains("measures in place of", run.Errors, StringComparison.Ordinal);
        using JsonDocument info = JsonDocument.Parse(subscriber.On("/info")[^1]);
        Assert.Contains("without VNNI", info.RootElement.GetProperty("model").GetProperty("note").GetString(), StringComparison.Ordinal);
    }

    private static ChildProcess OnHaswell(params IEnumerable<string> arguments) =>
        new("qemu-x86_64", ["-cpu", "Haswell", Path.Combine(AppContext.BaseDirectory, "leafseg-agent"), .. arguments]);
}
