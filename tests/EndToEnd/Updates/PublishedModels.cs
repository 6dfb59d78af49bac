using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Tests.Updates;
using LeafSeg.EdgeAgent.Tests.Updates.Proof;
using LeafSeg.EdgeAgent.Updates.Store;

namespace LeafSeg.EndToEnd.Updates;

/// <summary>The model that rigs have, a newer one on a web server, and what can go wrong on the way: the same for all rigs of a test class.</summary>
public sealed class PublishedModels : IAsyncLifetime
{
    internal const string Version = "0.2.0";

    /// <summary>Of a model that proves well and then crashes the process.</summary>
    internal const string CrashingVersion = "0.3.0";

    private readonly TemporaryFolder folder = new();

    internal Faults Faults { get; private set; } = null!;

    internal Nginx Server { get; private set; } = null!;

    /// <summary>Root of all trust.</summary>
    internal string Root => Path.Combine(folder.Path, "root.json");

    /// <summary>What rigs measure with before.</summary>
    internal string Model { get; private set; } = null!;

    internal string OldDigest { get; private set; } = null!;

    /// <summary>By version.</summary>
    internal Dictionary<string, string> NewDigests { get; } = [];

    public async ValueTask InitializeAsync()
    {
        ModelPublisher publisher = new();
        await File.WriteAllBytesAsync(Root, publisher.Draft.Files["1.root.json"]);
        NewDigests[Version] = publisher.Publish(Version, ProofFile.Bytes(Version));
        NewDigests[CrashingVersion] = publisher.Publish(CrashingVersion, ProofFile.CrashingBytes(CrashingVersion));
        publisher.Write(folder.Path);
        Model = TinyModel.Write(ProofFile.Build("0.1.0"), folder.Path);
        OldDigest = ModelStore.DigestOf(Model);
        Faults = await Faults.CompileAsync(folder.Path);
        Server = new Nginx(folder.Path, folder.Path);
        await Server.StartAsync();
    }

    public ValueTask DisposeAsync()
    {
        Server?.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
