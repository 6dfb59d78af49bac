using System.Security.Cryptography;
using LeafSeg.Common.Downloads;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Weights;

namespace LeafSeg.ModelTraining.Tests.Weights;

public sealed class WeightsCacheTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new();
    private readonly byte[] content = RandomNumberGenerator.GetBytes(300_000);
    private readonly LoopbackFile server;
    private readonly string digest;

    public WeightsCacheTests()
    {
        server = new LoopbackFile(content);
        digest = Convert.ToHexStringLower(SHA256.HashData(content));
    }

    private string Partial => Path.Combine(Cache, $"{digest}.partial");

    private string Cache => Path.Combine(folder.Path, "cache");

    public void Dispose()
    {
        server.Dispose();
        client.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_url_is_downloaded_once()
    {
        string first = await Fetch();
        string second = await Fetch();

        Assert.Equal(first, second);
        Assert.Equal(content, File.ReadAllBytes(first));
        Assert.Single(server.Ranges);
        Assert.Equal([first], Directory.GetFiles(Cache));
    }

    [Fact]
    public async Task Progress_ends_with_the_whole_file()
    {
        Steps steps = new();

        await Fetch(steps);

        Assert.Equal(new DownloadProgress(content.Length, content.Length), steps.Seen[^1]);
        Assert.Equal(steps.Seen.OrderBy(step => step.Done), steps.Seen);
    }

    [Fact]
    public async Task A_file_of_another_digest_is_refused_and_not_kept()
    {
        string other = new('a', 64);

        WeightsFileException refusal = await Assert.ThrowsAsync<WeightsFileException>(() => Fetch(sha256: other));

        Assert.Contains(digest, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(other, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Cache));
    }

    [Fact]
    public async Task A_download_that_broke_off_goes_on_where_it_stopped()
    {
        server.BreaksAfter = 200_000;
        WeightsFileException broken = await Assert.ThrowsAsync<WeightsFileException>(() => Fetch());
        Assert.Contains("start again", broken.Message, StringComparison.Ordinal);
        long kept = new FileInfo(Partial).Length;
        Assert.InRange(kept, 1, 200_000);

        string path = await Fetch();

        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal(["", $"bytes={kept}-"], server.Ranges);
        Assert.False(File.Exists(Partial));
    }

    [Fact]
    public async Task A_download_that_breaks_off_goes_on_by_itself()
    {
        server.BreaksAfter = 200_000;

        string path = await Fetch(steps: null, digest, server.Url, cancellation: null, attempts: 2);

        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal(2, server.Ranges.Count);
        Assert.StartsWith("bytes=", server.Ranges[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_knows_no_parts_sends_all_again()
    {
        server.KnowsRanges = false;
        server.BreaksAfter = 200_000;
        await Assert.ThrowsAsync<WeightsFileException>(() => Fetch());

        Assert.Equal(content, File.ReadAllBytes(await Fetch()));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(300_000)]
    [InlineData(400_000)]
    public async Task A_start_of_something_else_is_thrown_away(int length)
    {
        Directory.CreateDirectory(Cache);
        File.WriteAllBytes(Partial, new byte[length]);

        Assert.Equal(content, File.ReadAllBytes(await Fetch()));
    }

    [Fact]
    public async Task A_whole_file_that_only_lacked_its_name_is_taken()
    {
        Directory.CreateDirectory(Cache);
        File.WriteAllBytes(Partial, content);

        Assert.Equal(content, File.ReadAllBytes(await Fetch()));
        Assert.Empty(server.Ranges);
    }

    [Fact]
    public async Task A_damaged_file_in_the_cache_is_downloaded_again()
    {
        string path = await Fetch();
        File.WriteAllBytes(path, content[..^1]);

        await Fetch();

        Assert.Equal(content, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task What_came_before_an_interruption_is_kept()
    {
        server.BreaksAfter = 200_000;
        server.HangsInstead = true;
        using CancellationTokenSource interruption = new();
        Steps steps = new() { OnStep = done => { if (done == 200_000) { interruption.Cancel(); } } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetch(steps, cancellation: interruption.Token));

        Assert.Equal(200_000, new FileInfo(Partial).Length);
        Assert.Equal(content, File.ReadAllBytes(await Fetch()));
    }

    [Fact]
    public async Task Two_downloads_of_one_file_do_not_write_over_each_other()
    {
        Directory.CreateDirectory(Cache);
        using FileStream other = new(Partial, FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        WeightsFileException refusal = await Assert.ThrowsAsync<WeightsFileException>(() => Fetch());

        Assert.Contains("another program", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_s_refusal_is_reported()
    {
        server.Status = 404;

        WeightsFileException refusal = await Assert.ThrowsAsync<WeightsFileException>(() => Fetch());

        Assert.Contains("404", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_reported()
    {
        server.Dispose();

        WeightsFileException refusal = await Assert.ThrowsAsync<WeightsFileException>(() => Fetch());

        Assert.Contains("cannot be downloaded", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Cache));
    }

    [Theory]
    [InlineData("http://example.org/resnet.pth")]
    [InlineData("HTTPS://example.org/resnet.pth")]
    public void A_url_without_a_digest_is_refused_with_the_way_to_one(string url)
    {
        WeightsFileException refusal = Assert.Throws<WeightsFileException>(() => WeightsSource.Parse(url, sha256: null));

        Assert.Contains("--sha256", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("sha256sum", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0676ba61")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void A_digest_has_64_hexadecimal_digits(string sha256)
    {
        Assert.Throws<WeightsFileException>(() => WeightsSource.Parse(server.Url, sha256));
    }

    [Fact]
    public async Task A_path_is_taken_as_it_is_and_verified_where_a_digest_is_given()
    {
        string path = Path.Combine(folder.Path, "mine.pth");
        File.WriteAllBytes(path, content);

        Assert.Equal(path, await Fetch(source: path, sha256: null));
        Assert.Equal(path, await Fetch(source: path, sha256: digest.ToUpperInvariant()));
        await Assert.ThrowsAsync<WeightsFileException>(() => Fetch(source: path, sha256: new string('0', 64)));
    }

    [Fact]
    public void The_folder_is_where_the_desktop_s_standard_has_it()
    {
        string? before = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        try
        {
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", "/var/tmp/mine");
            Assert.Equal("/var/tmp/mine/leafseg/weights", WeightsCache.DefaultFolder);
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", "relative");
            Assert.EndsWith("/.cache/leafseg/weights", WeightsCache.DefaultFolder, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", before);
        }
    }

    private Task<string> Fetch(Steps? steps = null, CancellationToken? cancellation = null) => Fetch(steps, digest, server.Url, cancellation);

    private Task<string> Fetch(string? sha256) => Fetch(steps: null, sha256, server.Url, cancellation: null);

    private Task<string> Fetch(string source, string? sha256) => Fetch(steps: null, sha256, source, cancellation: null);

    private Task<string> Fetch(Steps? steps, string? sha256, string source, CancellationToken? cancellation, int attempts = 1)
    {
        Downloader downloader = new(new DownloadOptions { Attempts = attempts, RetryDelay = TimeSpan.Zero }, TimeProvider.System);
        return new WeightsCache(Cache, client, downloader).Fetch(
            WeightsSource.Parse(source, sha256), steps ?? new Steps(), cancellation ?? TestContext.Current.CancellationToken);
    }

    private sealed class Steps : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Seen { get; } = [];

        public Action<long> OnStep { get; init; } = _ => { };

        public void Report(DownloadProgress value)
        {
            Seen.Add(value);
            OnStep(value.Done);
        }
    }
}
