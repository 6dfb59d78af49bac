using System.Security.Cryptography;
using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tuf;
using LeafSeg.EdgeAgent.Updates.Tuf;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Updates.Tuf;

/// <summary>
/// Good repositories and attacked ones: result, kind of refusal, requests, and what is trusted afterwards are the
/// reference client's, but for <see cref="Deviations"/>.
/// </summary>
public sealed class GoldenRepositoryTests : IDisposable
{
    /// <summary>What python-tuf and, in the last three lines, tuf-js call each kind of refusal.</summary>
    private static readonly Dictionary<string, TufRefusal> Errors = new()
    {
        ["DeserializationError"] = TufRefusal.Malformed,
        ["SerializationError"] = TufRefusal.NotCanonical,
        ["UnsignedMetadataError"] = TufRefusal.TooFewSignatures,
        ["BadVersionNumberError"] = TufRefusal.WrongVersion,
        ["ExpiredMetadataError"] = TufRefusal.Expired,
        ["LengthOrHashMismatchError"] = TufRefusal.WrongBytes,
        ["RepositoryError"] = TufRefusal.Contradiction,
        ["DownloadLengthMismatchError"] = TufRefusal.TooLong,
        ["DownloadHTTPError"] = TufRefusal.Unavailable,
        ["BadVersionError"] = TufRefusal.WrongVersion,
        ["SyntaxError"] = TufRefusal.Malformed,
        ["ValueError"] = TufRefusal.Malformed,
    };

    /// <summary>
    /// Where this client answers otherwise, and why. Null: it accepts. All are cases where the specification leaves the
    /// choice or the reference client does not follow it; one is refused by both, for another reason.
    /// </summary>
    private static readonly Dictionary<string, (TufRefusal? Refusal, string Reason)> Deviations = new()
    {
        ["keyid-not-the-hash"] = (TufRefusal.TooFewSignatures, "key ids are calculated, as the specification demands"),
        ["same-key-under-two-keyids"] = (TufRefusal.TooFewSignatures, "a threshold counts keys, not names of keys"),
        ["fast-forward-snapshot-key-only"] = (null, "a rotated snapshot key forgets timestamp and snapshot, as 5.3.11 says"),
        ["root-with-mirrors-role"] = (null, "the specification allows the role"),
        ["unknown-key-type"] = (null, "a key of an unknown type does not count, so that new types can come while old rigs are out there"),
        ["hash-md5-only"] = (TufRefusal.WrongBytes, "md5 proves nothing"),
        ["duplicate-name-last-is-signed"] = (TufRefusal.Malformed, "two readers could see two different targets in it"),
        ["duplicate-name-first-is-signed"] = (TufRefusal.Malformed, "as above; the reference client refuses it for its signature"),
        ["metadata-not-json"] = (TufRefusal.Unavailable, "it is a web page: a portal answers in the repository's place, and the request is looked at again later"),
        ["timestamp-says-snapshot"] = (TufRefusal.Contradiction, "it is metadata, of another role; tuf-js calls it a wrong value"),
        ["target-path-traversal"] = (TufRefusal.Malformed, "no honest target is called so"),
    };

    private readonly TemporaryFolder folder = new();
    private readonly List<string> requests = [];

    public static TheoryData<string> Cases() => [.. GoldenCase.Folders];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_deviation_is_one_that_the_specification_leaves_free()
    {
        foreach (GoldenCase golden in GoldenCase.Folders.Select(GoldenCase.Read).Where(golden => Deviations.ContainsKey(NameOf(golden))))
        {
            string name = NameOf(golden);
            (TufRefusal? refusal, string reason) = Deviations[name];
            bool isOnlyAnotherReason = refusal is not null && golden.Expect == "reject";
            Assert.True(isOnlyAnotherReason || golden.Basis is "python-tuf" or "differs", $"{name}: {reason}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public async Task The_client_does_on_each_repository_what_the_reference_client_did(string of)
    {
        GoldenCase golden = GoldenCase.Read(of);
        CopyFolder(golden.Local, golden, "store");
        CopyFolder(golden.LocalTargets, golden, "targets");

        (string? file, TufRefusal? refusal) = await RunAsync(golden);

        if (!Deviations.TryGetValue(NameOf(golden), out (TufRefusal? Refusal, string Reason) deviation))
        {
            Assert.Equal(RefusalOf(golden), refusal);
            Assert.Equal(golden.ExpectTargetSha256, file is null ? null : Convert.ToHexStringLower(SHA256.HashData(await ReadAsync(file))));
            Assert.Equal(golden.Requests, requests);
            foreach ((string role, long? version) in golden.ExpectTrustedVersions.Concat(golden.ExpectDelegatedVersions))
            {
                Assert.True(version == StoredVersion(role), $"{role}: stored is version {StoredVersion(role)}, expected {version}");
            }
        }
        else
        {
            Assert.Equal(deviation.Refusal, refusal);
            Assert.Equal(deviation.Refusal is null, file is not null);
        }

        AssertNothingElseIsWritten(golden, file);
    }

    private async Task<(string? File, TufRefusal? Refusal)> RunAsync(GoldenCase golden)
    {
        MetadataStore store = new(At("store"));
        FakeTimeProvider time = new(golden.ReferenceTime);
        using MemorySource metadata = Serve(golden, golden.Metadata, "metadata/");
        using MemorySource targets = Serve(golden, golden.Targets, "targets/");
        TufClient client = new(store, metadata, new Fetcher(new RepositoryOptions(), time), UpdateClock.AsItIs(time));
        try
        {
            if (golden.Local is null)
            {
                store.Initialise(await ReadAsync(golden.PathOf(golden.TrustedRoot)));
            }

            await client.RefreshAsync(TestContext.Current.CancellationToken);
            TargetFile target = await client.FindAsync(golden.Target, TestContext.Current.CancellationToken);
            return (await client.DownloadAsync(target, targets, At("targets"), progress: null, TestContext.Current.CancellationToken), null);
        }
        catch (TufException e)
        {
            return (null, e.Refusal);
        }
    }

    private static TufRefusal? RefusalOf(GoldenCase golden) =>
        golden.Expect == "accept" ? null : golden.ExpectError is { } error ? Errors[error] : TufRefusal.NoSuchTarget;

    private void AssertNothingElseIsWritten(GoldenCase golden, string? file)
    {
        Assert.All(Directory.GetFileSystemEntries(folder.Path), entry => Assert.Contains(Path.GetFileName(entry), new[] { "store", "targets" }));
        string[] before = golden.LocalTargets is null ? [] : Files(golden.PathOf(golden.LocalTargets));
        string[] expected = [.. before.Append(file is null ? null : Path.GetRelativePath(At("targets"), file)).OfType<string>().Distinct().Order()];
        Assert.Equal(expected, Directory.Exists(At("targets")) ? Files(At("targets")) : []);
        Assert.All(Directory.Exists(At("store")) ? Directory.GetFiles(At("store")) : [], stored => Assert.EndsWith(".json", stored, StringComparison.Ordinal));
    }

    private long? StoredVersion(string role)
    {
        string path = new MetadataStore(At("store")).PathOf(role);
        if (!File.Exists(path))
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.GetProperty("signed").GetProperty("version").GetInt64();
    }

    private MemorySource Serve(GoldenCase golden, string served, string name) => new(
        path => File.Exists(golden.PathOf(Path.Combine(served, path))) ? File.ReadAllBytes(golden.PathOf(Path.Combine(served, path))) : null, name)
    {
        Requests = requests,
    };

    private void CopyFolder(string? from, GoldenCase golden, string to)
    {
        if (from is null)
        {
            return;
        }

        foreach (string file in Files(golden.PathOf(from)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(At(to), file))!);
            File.WriteAllBytes(Path.Combine(At(to), file), File.ReadAllBytes(Path.Combine(golden.PathOf(from), file)));
        }
    }

    private static string[] Files(string of) =>
        [.. Directory.GetFiles(of, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(of, file)).Order()];

    private static string NameOf(GoldenCase golden) => Path.GetFileName(golden.Folder);

    private static Task<byte[]> ReadAsync(string file) => File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);

    private string At(string name) => Path.Combine(folder.Path, name);
}
