using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Tuf;
using LeafSeg.Common.Tuf;
using LeafSeg.EdgeAgent.Updates.Tuf;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Updates.Tuf;

public sealed class TufClientTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly RepositoryDraft draft = new();
    private readonly FakeTimeProvider time = new(RepositoryDraft.Now);
    private readonly MemorySource source;
    private readonly MetadataStore store;
    private string? doubt;

    public TufClientTests()
    {
        source = new MemorySource(draft.Files.GetValueOrDefault);
        store = new MetadataStore(Path.Combine(folder.Path, "store"));
        store.Initialise(draft.Files["1.root.json"]);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        source.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task The_first_refresh_asks_for_the_next_root_timestamp_snapshot_and_targets_and_keeps_them_as_served()
    {
        byte[] timestamp = [.. draft.Files["timestamp.json"], (byte)' '];
        draft.Files["timestamp.json"] = timestamp;

        await Client().RefreshAsync(Token);

        Assert.Equal(["2.root.json 404", "timestamp.json", "1.snapshot.json", "1.targets.json"], source.Requests);
        Assert.Equal(timestamp, store.Read("timestamp"));
        Assert.Equal(draft.Files["1.targets.json"], store.Read("targets"));
    }

    [Fact]
    public async Task While_the_clock_is_in_doubt_nothing_is_asked_for_and_what_is_trusted_stays()
    {
        await Client().RefreshAsync(Token);
        draft.Publish("targets", "snapshot", "timestamp");
        source.Requests.Clear();
        doubt = "it is 1970";

        TufException refused = await Assert.ThrowsAsync<TufException>(() => Client().RefreshAsync(Token));

        Assert.Equal(TufRefusal.ClockInDoubt, refused.Refusal);
        Assert.Empty(source.Requests);
        Assert.Equal(draft.Files["1.targets.json"], store.Read("targets"));
    }

    /// <summary>Rows: delegations in their order ("targets>A" or, terminating, "A!C"; with a pattern after a colon), and the roles asked.</summary>
    [Theory]
    [InlineData("targets>A targets>B", "A B")]
    [InlineData("targets>A targets>B A>C A>D", "A C D B")]
    [InlineData("targets>A targets>B A>C C>D", "A C D B")]
    [InlineData("targets>A targets>B A!C A>D", "A C")]
    [InlineData("targets>A targets>B A!C C>D", "A C D")]
    [InlineData("targets>A:*.py targets>B A>C", "B")]
    [InlineData("targets>A targets>B A>C:*.py C>D", "A B")]
    [InlineData("targets>A targets>B B>C C>D D>B", "A B C D")]
    [InlineData("targets>A targets>A:*.py", "")]
    public async Task Roles_are_asked_depth_first_in_the_order_of_their_delegations(string delegations, string asked)
    {
        foreach (string delegation in delegations.Split(' '))
        {
            string[] parts = delegation.Split(['>', '!', ':']);
            draft.Delegate(parts[0], parts[1], parts.ElementAtOrDefault(2) ?? "*", terminating: delegation.Contains('!'));
        }

        draft.Publish([.. draft.Signed.Keys.Where(role => role is not ("root" or "snapshot" or "timestamp")), "snapshot", "timestamp"]);

        TufException refused = await Assert.ThrowsAsync<TufException>(() => FindAsync("missing"));

        // One that lists a role twice is not even metadata.
        Assert.Equal(asked.Length == 0 ? TufRefusal.Malformed : TufRefusal.NoSuchTarget, refused.Refusal);
        Assert.Equal(
            asked.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(role => $"1.{role}.json"),
            source.Requests.Where(request => request.Length == "1.A.json".Length && char.IsAsciiLetterUpper(request[2])));
    }

    [Fact]
    public async Task A_role_that_one_delegator_trusts_is_not_trusted_for_anothers_paths()
    {
        draft.Delegate("targets", "parent-a", "team-a/*");
        draft.Delegate("targets", "parent-b", "team-b/*");
        draft.Delegate("parent-a", "release", "team-a/*");
        draft.Delegate("parent-b", "release", "team-b/*");
        draft.Signers["release"].RemoveAt(1);
        draft.AddTarget("release", "team-a/model.onnx", "trusted A");
        draft.AddTarget("release", "team-b/model.onnx", "malicious B");
        draft.Publish("release", "parent-a", "parent-b", "targets", "snapshot", "timestamp");
        TufClient client = Client();
        await client.RefreshAsync(Token);

        Assert.Equal(9, (await client.FindAsync("team-a/model.onnx", Token)).Length);
        TufException refused = await Assert.ThrowsAsync<TufException>(() => client.FindAsync("team-b/model.onnx", Token));
        Assert.Equal(TufRefusal.TooFewSignatures, refused.Refusal);
    }

    [Fact]
    public async Task A_role_that_the_snapshot_does_not_list_is_not_even_asked_for()
    {
        draft.Delegate("targets", "ghent");
        draft.Publish("ghent", "targets");
        draft.Signed["snapshot"]["meta"]!.AsObject().Remove("ghent.json");
        draft.Publish("snapshot", "timestamp");

        TufException refused = await Assert.ThrowsAsync<TufException>(() => FindAsync("model.onnx"));

        Assert.Equal(TufRefusal.Contradiction, refused.Refusal);
        Assert.DoesNotContain("1.ghent.json", source.Requests);
    }

    [Theory]
    [InlineData("?")]
    [InlineData("#")]
    [InlineData("/role")]
    [InlineData("../role")]
    [InlineData("..")]
    [InlineData("a b%2F")]
    [InlineData("\u0000")]
    [InlineData("Ärger")]
    public async Task A_role_of_any_name_is_asked_for_and_stored_in_the_folder(string role)
    {
        draft.Delegate("targets", role);
        draft.Publish(role, "targets", "snapshot", "timestamp");

        await Assert.ThrowsAsync<TufException>(() => FindAsync("missing"));

        Assert.Contains($"1.{role}.json", source.Requests);
        Assert.Equal(5, Directory.GetFiles(Path.Combine(folder.Path, "store"), "*.json").Length);
        Assert.Equal(["store"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Roles_of_long_names_have_files_of_their_own()
    {
        store.Write(new string('a', 4000), "1"u8.ToArray());
        store.Write($"{new string('a', 4000)}b", "2"u8.ToArray());
        Assert.Equal("1"u8.ToArray(), store.Read(new string('a', 4000)));
    }

    [Fact]
    public async Task A_snapshot_that_is_missing_stops_the_run_with_the_timestamp_kept()
    {
        await Client().RefreshAsync(Token);
        draft.Publish("snapshot", "timestamp");
        draft.Files.Remove("2.snapshot.json");

        TufException refused = await Assert.ThrowsAsync<TufException>(() => Client().RefreshAsync(Token));

        Assert.Equal(TufRefusal.Unavailable, refused.Refusal);
        Assert.Equal(draft.Files["timestamp.json"], store.Read("timestamp"));
        Assert.Equal(draft.Files["1.snapshot.json"], store.Read("snapshot"));
    }

    [Fact]
    public async Task A_timestamp_with_other_content_but_the_same_version_changes_nothing()
    {
        await Client().RefreshAsync(Token);
        byte[] before = draft.Files["timestamp.json"];
        draft.Signed["timestamp"]["meta"]!["snapshot.json"]!["version"] = 100L;
        draft.Files["timestamp.json"] = draft.Sign("timestamp");

        await Client().RefreshAsync(Token);

        Assert.Equal(before, store.Read("timestamp"));
    }

    [Fact]
    public async Task Two_targets_are_fetched_by_one_client_and_what_is_there_is_not_fetched_again()
    {
        draft.AddTarget("targets", "a b/ä?.onnx", "one");
        draft.AddTarget("targets", "two", "two");
        draft.Publish("targets", "snapshot", "timestamp");
        TufClient client = Client();
        await client.RefreshAsync(Token);
        source.Requests.Clear();

        foreach (string name in new[] { "a b/ä?.onnx", "two", "two" })
        {
            await client.DownloadAsync(await client.FindAsync(name, Token), source, Path.Combine(folder.Path, "targets"), progress: null, Token);
        }

        Assert.Equal(2, source.Requests.Count);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(folder.Path, "targets"), "*", SearchOption.AllDirectories).Length);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("a//x")]
    [InlineData("a/./x")]
    [InlineData("..")]
    [InlineData("")]
    public async Task A_target_whose_path_leads_elsewhere_is_refused(string path)
    {
        draft.AddTarget("targets", path, "x");
        draft.Publish("targets", "snapshot", "timestamp");
        TufClient client = Client();
        await client.RefreshAsync(Token);
        TargetFile target = await client.FindAsync(path, Token);

        await Assert.ThrowsAsync<TufException>(() => client.DownloadAsync(target, source, Path.Combine(folder.Path, "targets"), progress: null, Token));

        Assert.Equal(["store"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_root_that_has_not_signed_itself_is_not_trusted_and_another_than_the_trusted_one_neither()
    {
        MetadataStore fresh = new(Path.Combine(folder.Path, "fresh"));
        draft.Signers["root"].Clear();
        draft.Publish("root");

        Assert.Equal(TufRefusal.TooFewSignatures, Assert.Throws<TufException>(() => fresh.Initialise(draft.Files["2.root.json"])).Refusal);
        Assert.Null(fresh.Read("root"));
        RepositoryDraft other = new();
        other.Publish("root");
        Assert.Equal(TufRefusal.Contradiction, Assert.Throws<TufException>(() => store.Initialise(other.Files["2.root.json"])).Refusal);
    }

    private TufClient Client() => new(store, source, new Fetcher(new RepositoryOptions(), time), new UpdateClock(time, () => doubt));

    private async Task<TargetFile> FindAsync(string path)
    {
        TufClient client = Client();
        await client.RefreshAsync(Token);
        return await client.FindAsync(path, Token);
    }
}
