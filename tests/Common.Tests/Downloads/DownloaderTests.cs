using System.Security.Cryptography;
using LeafSeg.Common.Downloads;

namespace LeafSeg.Common.Tests.Downloads;

public sealed class DownloaderTests : IDisposable
{
    private static readonly DownloadOptions Options = new() { RetryDelay = TimeSpan.Zero };

    private readonly TemporaryFolder folder = new();
    private readonly byte[] content = RandomNumberGenerator.GetBytes(10_000);
    private readonly List<long> requested = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Part => Path.Combine(folder.Path, "part");

    private ExpectedContent Content => ExpectedContent.Sha256(Convert.ToHexStringLower(SHA256.HashData(content)));

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(10_000L)]
    public async Task A_file_comes_whole_and_says_how_far_it_is(long? announced)
    {
        Steps steps = new();

        await new Downloader(Options, TimeProvider.System).FetchAsync(Remote(announced: announced), Content, Part, steps, Token);

        Assert.Equal(content, await File.ReadAllBytesAsync(Part, Token));
        Assert.Equal(new DownloadProgress(10_000, announced), steps.Seen[^1]);
    }

    [Fact]
    public async Task Breaking_off_time_and_again_is_resumed_each_time()
    {
        await FetchAsync(Remote(pieces: 3000), Content);

        Assert.Equal([0L, 3000, 6000, 9000], requested);
        Assert.Equal(content, await File.ReadAllBytesAsync(Part, Token));
    }

    [Fact]
    public async Task A_later_run_resumes_and_counts_what_is_there()
    {
        Downloader impatient = new(Options with { Attempts = 1 }, TimeProvider.System);
        DownloadException broken = await Assert.ThrowsAsync<DownloadException>(() => impatient.FetchAsync(Remote(pieces: 4000), Content, Part, progress: null, Token));
        Assert.Equal(DownloadFault.Unavailable, broken.Fault);
        Assert.Equal(4000, new FileInfo(Part).Length);
        Steps steps = new();

        await new Downloader(Options, TimeProvider.System).FetchAsync(Remote(), Content, Part, steps, Token);

        Assert.Equal([0L, 4000], requested);
        Assert.All(steps.Seen, step => Assert.True(step.Done > 4000));
    }

    [Fact]
    public async Task What_is_there_whole_is_not_requested_again()
    {
        await File.WriteAllBytesAsync(Part, content, Token);

        await FetchAsync(Remote(), Content);

        Assert.Empty(requested);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(20_000)]
    public async Task Something_else_of_that_length_or_longer_is_replaced(int length)
    {
        await File.WriteAllBytesAsync(Part, new byte[length], Token);

        await FetchAsync(Remote(), Content with { Length = content.Length });

        Assert.Equal([0L], requested);
        Assert.Equal(content, await File.ReadAllBytesAsync(Part, Token));
    }

    [Fact]
    public async Task Other_bytes_are_refused_with_both_digests_and_not_kept()
    {
        string expected = new('0', 64);

        DownloadException refused = await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(Remote(), ExpectedContent.Sha256(expected)));

        Assert.Equal(DownloadFault.WrongBytes, refused.Fault);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(content)), refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Part));
    }

    [Fact]
    public async Task Another_length_is_named()
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(content));

        DownloadException refused = await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(Remote(), ExpectedContent.Sha256(digest, 10_001)));

        Assert.Contains("10000 bytes, expected 10001", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_a_known_length_stops_at_the_limit()
    {
        Downloader downloader = new(Options with { MaxBytes = 9999 }, TimeProvider.System);

        DownloadException refused = await Assert.ThrowsAsync<DownloadException>(() => downloader.FetchAsync(Remote(), Content, Part, progress: null, Token));

        Assert.Equal(DownloadFault.TooLong, refused.Fault);
        Assert.False(File.Exists(Part));
    }

    [Fact]
    public async Task Where_nothing_came_nothing_is_left()
    {
        RemoteFile missing = new("x", (_, _) => throw new DownloadException(DownloadFault.Missing, "x: found nothing"));

        await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(missing, Content));

        Assert.False(File.Exists(Part));
    }

    [Fact]
    public async Task Two_downloads_into_one_file_do_not_write_over_each_other()
    {
        await using FileStream other = new(Part, FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        DownloadException refused = await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(Remote(), Content));

        Assert.Equal(DownloadFault.InUse, refused.Fault);
        Assert.True(File.Exists(Part));
    }

    [Fact]
    public async Task What_came_before_an_interruption_is_kept()
    {
        using CancellationTokenSource interruption = new();
        Steps steps = new() { OnStep = _ => interruption.Cancel() };
        Downloader downloader = new(Options, TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => downloader.FetchAsync(Remote(pieces: 700), Content, Part, steps, interruption.Token));

        Assert.Equal(700, new FileInfo(Part).Length);
    }

    private Task FetchAsync(RemoteFile remote, ExpectedContent expected) =>
        new Downloader(Options, TimeProvider.System).FetchAsync(remote, expected, Part, progress: null, Token);

    /// <summary>The content, which breaks off after each piece.</summary>
    private RemoteFile Remote(int pieces = int.MaxValue, long? announced = null) => new("x", (from, _) =>
    {
        requested.Add(from);
        Stream stream = new BreakingStream(content[(int)from..], pieces);
        return Task.FromResult(new RemoteContent(stream, from, announced - from));
    });

    private sealed class BreakingStream(byte[] content, int after) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long left = after - Position;
            return left > 0
                ? await base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken)
                : throw new IOException("the connection was reset");
        }
    }

    private sealed class Steps : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Seen { get; } = [];

        public Action<DownloadProgress> OnStep { get; init; } = _ => { };

        public void Report(DownloadProgress value)
        {
            Seen.Add(value);
            OnStep(value);
        }
    }
}
