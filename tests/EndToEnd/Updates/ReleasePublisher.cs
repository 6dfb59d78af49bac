using System.Text.Json;

namespace LeafSeg.EndToEnd.Updates;

/// <summary>Publishes models with the real <c>leafseg-train release</c>, keys and repository in one folder.</summary>
internal sealed class ReleasePublisher(string folder)
{
    /// <summary>What a web server shows.</summary>
    public string Repository => At("models");

    /// <summary>What rigs begin with.</summary>
    public string FirstRoot => Path.Combine(Repository, "metadata", "1.root.json");

    public async Task OpenAsync()
    {
        await File.WriteAllTextAsync(At("passphrase"), "correct horse\n");
        foreach (string key in (string[])["root", "root-2", "targets", "online"])
        {
            await RunAsync("keygen", "--out", At($"{key}.pem"), "--passphrase-file", At("passphrase"));
        }

        await SignedAsync(["root", "targets", "online"], "init",
            "--root-key", At("root.pub.json"), "--targets-key", At("targets.pub.json"),
            "--snapshot-key", At("online.pub.json"), "--timestamp-key", At("online.pub.json"));
    }

    public Task PublishAsync(string model, int percent) => SignedAsync(["targets", "online"], "publish", model, "--percent", $"{percent}");

    public Task RollOutAsync(string version, int percent) => SignedAsync(["targets", "online"], "rollout", version, "--percent", $"{percent}");

    /// <summary>A command that changes nothing in the repository.</summary>
    /// <returns>What it printed.</returns>
    public Task<IReadOnlyList<string>> AskAsync(string command, params string[] arguments) => RunAsync([command, Repository, .. arguments]);

    /// <summary>The root has another key from now on.</summary>
    public async Task RotateRootAsync()
    {
        using JsonDocument root = JsonDocument.Parse(await File.ReadAllBytesAsync(FirstRoot));
        string old = root.RootElement.GetProperty("signed").GetProperty("roles").GetProperty("root").GetProperty("keyids")[0].GetString()!;
        await SignedAsync(["root", "root-2"], "rotate-root", "--role", "root", "--add", At("root-2.pub.json"), "--remove", old);
    }

    private Task<IReadOnlyList<string>> SignedAsync(string[] keys, string command, params string[] arguments) => RunAsync(
        [command, Repository, .. arguments, .. keys.SelectMany(key => new[] { "--key", At($"{key}.pem") }), "--passphrase-file", At("passphrase")]);

    private static async Task<IReadOnlyList<string>> RunAsync(params string[] arguments)
    {
        using ChildProcess release = new(Path.Combine(AppContext.BaseDirectory, "leafseg-train"), ["release", .. arguments]);
        int code = await release.ExitCodeAsync();
        Assert.True(code == 0, $"release {string.Join(' ', arguments)}: {release.Errors}");
        return release.Output;
    }

    private string At(string name) => Path.Combine(folder, name);
}
