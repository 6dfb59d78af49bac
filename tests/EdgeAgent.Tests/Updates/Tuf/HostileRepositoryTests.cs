using CsCheck;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Tuf;
using LeafSeg.Common.Tuf;
using LeafSeg.EdgeAgent.Updates.Tuf;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Updates.Tuf;

/// <summary>Whatever a server makes of a repository: the client stores what was signed, or nothing.</summary>
public sealed class HostileRepositoryTests
{
    /// <summary>Each makes and syncs a dozen files.</summary>
    private const int MostRounds = 2000;

    private const string Target = "leafseg/ghent/model.onnx";

    private static readonly RepositoryDraft Draft = Publish();

    private static readonly string[] Names = [.. Draft.Files.Keys.Order()];

    [Fact]
    public async Task A_server_that_changes_files_gets_nothing_into_the_store_or_beside_it() =>
        await Gen.Select(Gen.Int[0, Names.Length - 1], Gen.Int[0, 2], Gen.Int[0, 1 << 20], Gen.Byte)
            .SampleAsync(
                async (file, kind, at, value) =>
                {
                    byte[] original = Draft.Files[Names[file]];
                    byte[] served = [.. original];
                    at %= served.Length;
                    switch (kind)
                    {
                        case 0:
                            served[at] = value;
                            break;
                        case 1:
                            served = served[..at];
                            break;
                        default:
                            // Another file that is signed too.
                            served = Draft.Files[Names[at % Names.Length]];
                            break;
                    }

                    await AssertOnlySignedIsStoredAsync(name => name == Names[file] ? served : Draft.Files.GetValueOrDefault(name));
                },
                iter: Math.Min(HostileInputs.Count(usually: 100), MostRounds), seed: "0000KOoQvqL3", threads: 1);

    private static async Task AssertOnlySignedIsStoredAsync(Func<string, byte[]?> served)
    {
        using TemporaryFolder folder = new();
        MetadataStore store = new(Path.Combine(folder.Path, "store"));
        store.Initialise(Draft.Files["1.root.json"]);
        FakeTimeProvider time = new(RepositoryDraft.Now);
        using MemorySource source = new(served);
        TufClient client = new(store, source, new Fetcher(new RepositoryOptions(), time), UpdateClock.AsItIs(time));
        try
        {
            await client.RefreshAsync(TestContext.Current.CancellationToken);
            TargetFile target = await client.FindAsync(Target, TestContext.Current.CancellationToken);
            await client.DownloadAsync(target, source, Path.Combine(folder.Path, "targets"), progress: null, TestContext.Current.CancellationToken);
        }
        catch (TufException)
        {
        }

        HashSet<string> signed = [.. Draft.Files.Values.Select(Core)];
        foreach (string file in Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            Assert.Contains(Core(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)), signed);
        }
    }

    /// <summary>What of a file is protected: all of a target, the signed part of metadata.</summary>
    private static string Core(byte[] file) =>
        file.AsSpan().StartsWith("a model"u8) ? Convert.ToHexString(file) : Convert.ToHexString(new SignedFile("", file).Canonical.Span);

    private static RepositoryDraft Publish()
    {
        RepositoryDraft draft = new();
        draft.Publish("root");
        draft.Delegate("targets", "ghent", "leafseg/ghent/*");
        draft.AddTarget("ghent", Target, "a model of ghent");
        draft.Publish("ghent", "targets", "snapshot", "timestamp");
        return draft;
    }
}
