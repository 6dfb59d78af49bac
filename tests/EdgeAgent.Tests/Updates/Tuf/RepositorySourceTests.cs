using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Tuf;
using LeafSeg.Common.Tuf;
using LeafSeg.EdgeAgent.Updates;
using LeafSeg.EdgeAgent.Updates.Tuf;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Updates.Tuf;

public sealed class RepositorySourceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("http://127.0.0.1/", false, false)]
    [InlineData("http://127.0.0.1/", true, true)]
    [InlineData("https://127.0.0.1/", false, true)]
    [InlineData("ftp://127.0.0.1/", true, false)]
    [InlineData("https://rig:hunter2@127.0.0.1/", true, false)]
    [InlineData("https://127.0.0.1/?key=hunter2", true, false)]
    [InlineData("https://127.0.0.1/#hunter2", true, false)]
    public void Servers_are_asked_over_tls_unless_a_setting_says_otherwise(string location, bool allowHttp, bool opens)
    {
        RepositoryOptions options = new() { AllowHttp = allowHttp };
        if (opens)
        {
            RepositorySource.Open(location, options).Dispose();
        }
        else
        {
            TufException refused = Assert.Throws<TufException>(() => RepositorySource.Open(location, options));
            Assert.Equal(TufRefusal.Unavailable, refused.Refusal);
            Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(opens, !new UpdateOptions { MetadataUrl = location, TargetsUrl = "targets", RootFile = typeof(RepositorySourceTests).Assembly.Location, Repository = options }
            .Problems("updates").Any(problem => problem.Setting == "updates.metadataUrl"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_is_a_repository_by_its_path_or_its_url(bool byUrl)
    {
        RepositoryDraft draft = new();
        string stick = Path.Combine(folder.Path, "a stick");
        Directory.CreateDirectory(stick);
        foreach ((string name, byte[] content) in draft.Files)
        {
            await File.WriteAllBytesAsync(Path.Combine(stick, name), content, Token);
        }

        MetadataStore store = new(Path.Combine(folder.Path, "store"));
        store.Initialise(draft.Files["1.root.json"]);
        FakeTimeProvider time = new(RepositoryDraft.Now);

        using RepositorySource source = RepositorySource.Open(byUrl ? new Uri(stick).AbsoluteUri : stick, new RepositoryOptions());
        await new TufClient(store, source, new Fetcher(new RepositoryOptions(), time), UpdateClock.AsItIs(time)).RefreshAsync(Token);

        Assert.Equal(draft.Files["1.targets.json"], store.Read("targets"));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("..%2Fsecret")]
    [InlineData("..")]
    [InlineData("%00")]
    [InlineData("no/such/folder")]
    public async Task What_is_not_in_the_folder_is_not_there(string path)
    {
        string inner = Path.Combine(folder.Path, "repository");
        Directory.CreateDirectory(inner);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "secret"), "secret", Token);
        using FolderSource source = new(inner);
        Assert.Null(await source.OpenAsync(path, from: 0, Token));
    }

    [Fact]
    public async Task A_stick_that_is_not_plugged_in_is_not_an_empty_repository()
    {
        using FolderSource source = new(Path.Combine(folder.Path, "gone"));
        TufException refused = await Assert.ThrowsAsync<TufException>(() => source.OpenAsync("2.root.json", from: 0, Token));
        Assert.Equal(TufRefusal.Unavailable, refused.Refusal);
    }
}
