using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.ModelTraining.Commands.Releasing;
using LeafSeg.ModelTraining.Onnx.Schema;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Tests.Releasing;

/// <summary>A publisher with keys, models and a repository in one folder, who works by command line.</summary>
internal sealed class ReleasePublisher : IDisposable
{
    private const string Passphrase = "correct horse";
    private readonly TemporaryFolder folder = new();

    public ReleasePublisher()
    {
        File.WriteAllText(At("passphrase"), $"{Passphrase}\n");
        NewKey("root");
        NewKey("targets", "ecdsa");
        NewKey("online");
    }

    public string Repository => At("models");

    public string Metadata => Path.Combine(Repository, "metadata");

    public string At(string name) => Path.Combine(folder.Path, name);

    /// <summary>With few rounds of the passphrase: tests are about something else.</summary>
    public string NewKey(string name, string scheme = "ed25519")
    {
        Common.Tuf.PublicKey key = KeyFile.Create(At($"{name}.pem"), scheme, Passphrase, iterations: 1000);
        PublicKeyFile.Write(At($"{name}.pub.json"), key);
        return key.Id;
    }

    public string Model(string version)
    {
        ModelProto model = TinyModel.Build();
        TinyModel.SetMetadata(model, TinyModel.Metadata with { Version = version });
        Directory.CreateDirectory(At(version));
        return TinyModel.Write(model, At(version));
    }

    public Task<int> InitAsync() => InitAsync(1, "root");

    public Task<int> InitAsync(int rootThreshold, params string[] rootKeys) => RunAsync([
        "init", Repository, .. rootKeys.SelectMany(key => new[] { "--root-key", At($"{key}.pub.json") }), "--root-threshold", $"{rootThreshold}",
        "--targets-key", At("targets.pub.json"), "--snapshot-key", At("online.pub.json"), "--timestamp-key", At("online.pub.json"),
        .. Keys(rootKeys[0], "targets", "online")]);

    /// <summary>A command on the repository, signed with the usual keys.</summary>
    public Task<int> ChangeAsync(params string[] arguments) => ChangeAsync(["targets", "online"], arguments);

    public Task<int> ChangeAsync(string[] keys, params string[] arguments) =>
        RunAsync([arguments[0], Repository, .. arguments[1..], .. Keys(keys)]);

    public static Task<int> RunAsync(params string[] arguments) =>
        ReleaseCommand.Create().Parse(arguments).InvokeAsync(null, TestContext.Current.CancellationToken);

    /// <summary>Every file below the repository with its bytes, to see that nothing has changed.</summary>
    public SortedDictionary<string, string> Contents() => Directory.Exists(Repository)
        ? new(Directory.GetFiles(Repository, "*", SearchOption.AllDirectories).ToDictionary(file => file, file => Convert.ToHexString(File.ReadAllBytes(file))))
        : [];

    public void Dispose() => folder.Dispose();

    private string[] Keys(params string[] keys) =>
        [.. keys.SelectMany(key => new[] { "--key", At($"{key}.pem") }), .. keys.Length > 0 ? ["--passphrase-file", At("passphrase")] : (string[])[]];
}
