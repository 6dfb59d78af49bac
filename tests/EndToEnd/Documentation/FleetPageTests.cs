using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.Documentation;
using LeafSeg.EdgeAgent.Tests.Updates.Proof;

namespace LeafSeg.EndToEnd.Documentation;

/// <summary>The commands of the fleet page in their order, and those of README after them.</summary>
public sealed class FleetPageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_repository_is_made_filled_rolled_out_refreshed_and_withdrawn_from_as_the_pages_show()
    {
        PageShell shell = new(folder.Path);
        File.Move(TinyModel.Write(ProofFile.Build("1.0.0"), folder.Path), Path.Combine(folder.Path, "leafseg.onnx"));

        string fleet = string.Join('\n', Assert.Single(ShellBlock.Of("docs/fleet.md", typeof(FleetPageTests))).Commands);
        IReadOnlyList<string> shown = await shell.RunAsync(fleet);
        Assert.Contains(shown, line => line.Contains("1.0.0", StringComparison.Ordinal));

        // README leaves the passphrase to the prompt, and begins with a model that is newer.
        File.Delete(Path.Combine(folder.Path, "leafseg.onnx"));
        File.Move(TinyModel.Write(ProofFile.Build("1.1.0"), folder.Path), Path.Combine(folder.Path, "leafseg.onnx"));
        using Mosquitto broker = new(folder.Path);
        await broker.StartAsync();
        foreach (string command in Assert.Single(ShellBlock.Of("README.md", typeof(FleetPageTests))).Commands)
        {
            string passphrase = command.Contains("--key", StringComparison.Ordinal) ? " --passphrase-env PASSPHRASE" : "";
            await shell.RunAsync($"export PASSPHRASE='something long'; {command.Replace("HOST:PORT", broker.Address, StringComparison.Ordinal)}{passphrase}");
        }

        using ChildProcess read = new("mosquitto_sub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-t", "leafseg/v1/ghent/r17/model/desired", "-C", "1");
        await read.ExitCodeAsync();
        Assert.Contains("\"1.1.0\"", Assert.Single(read.Output), StringComparison.Ordinal);
    }
}
