using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Updates.Store;

namespace LeafSeg.EdgeAgent.Tests.Updates.Store;

public sealed class ModelStoreTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();
    private readonly ModelStore store;

    public ModelStoreTests() => store = ModelStore.Open(Models);

    private string Models => Path.Combine(folder.Path, "models");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_new_store_has_no_model_and_says_so()
    {
        Assert.Null(store.Active);
        Assert.Null(store.LastGood);
        Assert.Empty(store.Failed);
    }

    [Fact]
    public void A_model_lies_under_its_digest_and_the_names_outlive_the_process()
    {
        string old = store.Adopt(Write("old"));
        string fresh = store.Take(Write("new"));
        store.KeepAsLastGood(old);
        store.Activate(fresh);

        ModelStore again = ModelStore.Open(Models);
        Assert.Equal((fresh, old), (again.Active, again.LastGood));
        Assert.Equal("new", File.ReadAllText(again.PathOf(fresh)));
        Assert.Equal("old", File.ReadAllText(again.PathOf(old)));
        Assert.Equal("sha256:cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4", ModelStore.DigestOf(Write("old")));
    }

    [Fact]
    public void The_same_model_in_float32_comes_and_goes_with_it()
    {
        string file = Write("integers"), twin = ProvenModel.TwinOf(file);
        Directory.CreateDirectory(Path.GetDirectoryName(twin)!);
        File.WriteAllText(twin, "float32");
        string digest = store.Adopt(file);
        Assert.Equal("float32", File.ReadAllText(ProvenModel.TwinOf(store.PathOf(digest))));

        // Both count, and both go.
        Assert.Throws<StoreException>(() => store.MakeRoom(0, 14, digest));
        store.MakeRoom(0, 15, digest);
        store.MakeRoom(0, 0, null);
        Assert.False(store.Has(digest) || File.Exists(ProvenModel.TwinOf(store.PathOf(digest))));
    }

    [Fact]
    public void A_name_that_is_torn_leads_nowhere_rather_than_somewhere_else()
    {
        foreach (string torn in new[] { "", "sha256:12", "sha256:../../../../etc/passwd", "\0\0\0\0" })
        {
            File.WriteAllText(Path.Combine(Models, "active"), torn);
            Assert.Null(store.Active);
        }

        Assert.Throws<ArgumentException>(() => store.PathOf("sha256:../x"));
    }

    [Fact]
    public void Room_is_made_from_the_oldest_and_never_from_what_is_needed()
    {
        string[] digests = [.. Enumerable.Range(0, 5).Select(i => store.Take(Write($"model {i}")))];
        for (int i = 0; i < digests.Length; i++)
        {
            File.SetLastWriteTimeUtc(store.PathOf(digests[i]), Now.UtcDateTime.AddHours(i));
        }

        store.KeepAsLastGood(digests[0]);
        store.Activate(digests[1]);

        store.MakeRoom(room: 0, most: 32, wanted: digests[2]);
        Assert.Equal([true, true, true, false, true], digests.Select(store.Has));

        StoreException full = Assert.Throws<StoreException>(() => store.MakeRoom(room: 12, most: 32, wanted: digests[2]));
        Assert.Equal([true, true, true, false, false], digests.Select(store.Has));
        Assert.Contains("updates.storeMegabytes", full.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_model_is_remembered_until_somebody_asks_for_it_again()
    {
        string digest = store.Take(Write("bad"));
        store.Fail(digest, "it sees leaves in the dark", Now);
        store.Fail(digest, "it still does", Now);
        Assert.Equal([new FailedModel(digest, "it still does", Now)], ModelStore.Open(Models).Failed);
        store.Forgive(digest);
        Assert.Empty(ModelStore.Open(Models).Failed);
    }

    [Fact]
    public void What_another_download_left_behind_goes_and_the_own_one_stays()
    {
        string wanted = $"sha256:{new string('a', 64)}";
        string own = store.ClearIncoming(wanted);
        Directory.CreateDirectory(own);
        Directory.CreateDirectory(Path.Combine(store.Incoming, "other"));
        Assert.Equal(own, store.ClearIncoming(wanted));
        Assert.Equal([own], Directory.GetDirectories(store.Incoming));
        store.ClearIncoming(wanted: null);
        Assert.Empty(Directory.GetDirectories(store.Incoming));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("")]
    [InlineData("one")]
    public void A_store_of_a_newer_version_is_refused_and_left_as_it_is(string format)
    {
        File.WriteAllText(Path.Combine(Models, "format"), format);
        Assert.Contains("newer", Assert.Throws<StoreException>(() => ModelStore.Open(Models)).Message, StringComparison.Ordinal);
        Assert.Equal(format, File.ReadAllText(Path.Combine(Models, "format")));
    }

    private string Write(string content)
    {
        string file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, content);
        return file;
    }
}
