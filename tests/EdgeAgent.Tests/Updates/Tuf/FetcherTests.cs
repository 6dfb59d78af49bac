using System.Text;
using LeafSeg.Common.Downloads;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Tuf;
using LeafSeg.Common.Tuf;
using LeafSeg.EdgeAgent.Updates.Tuf;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Updates.Tuf;

public sealed class FetcherTests : IDisposable
{
    private static readonly string Content = string.Concat(Enumerable.Range(0, 4000).Select(i => i % 10));

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly RepositoryOptions options = new() { RetrySeconds = 0, MaxTargetBytes = 1_000_000 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Part => Path.Combine(folder.Path, ".x%part");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_source_that_stops_sending_is_given_up_after_a_while()
    {
        using ScriptedSource source = new(_ => Answer(new FaultyStream(Content, failAt: 2000, Stop)));
        TufException refused = await Assert.ThrowsAsync<TufException>(() => new Fetcher(options, time).ReadAsync(source, "x", 100_000, Token));
        Assert.Equal(TufRefusal.Unavailable, refused.Refusal);

        async Task Stop(CancellationToken stalled)
        {
            time.Advance(TimeSpan.FromSeconds(options.StallSeconds));
            await Task.Delay(Timeout.Infinite, stalled);
        }
    }

    [Fact]
    public async Task One_byte_now_and_then_is_no_progress()
    {
        using ScriptedSource source = new(_ => Answer(new FaultyStream(Content, failAt: 0, Trickle)));
        TufException refused = await Assert.ThrowsAsync<TufException>(() => new Fetcher(options, time).ReadAsync(source, "x", 100_000, Token));
        Assert.Equal(TufRefusal.Unavailable, refused.Refusal);

        Task Trickle(CancellationToken stalled)
        {
            time.Advance(TimeSpan.FromSeconds(options.StallSeconds / 3));
            stalled.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Endless_data_is_not_read_to_its_end()
    {
        FaultyStream endless = new(new string('x', 10_000_000), failAt: long.MaxValue, _ => Task.CompletedTask);
        using ScriptedSource source = new(_ => Answer(endless));
        TufException refused = await Assert.ThrowsAsync<TufException>(() => new Fetcher(options, time).ReadAsync(source, "x", 1000, Token));
        Assert.Equal(TufRefusal.TooLong, refused.Refusal);
        Assert.InRange(endless.Given, 1001, 1 << 17);
    }

    [Fact]
    public async Task What_is_announced_as_too_long_is_not_read_at_all()
    {
        FaultyStream endless = new(Content, failAt: long.MaxValue, _ => Task.CompletedTask);
        using ScriptedSource source = new(_ => new RemoteContent(endless, 0, Length: 1001));
        await Assert.ThrowsAsync<TufException>(() => new Fetcher(options, time).ReadAsync(source, "x", 1000, Token));
        Assert.Equal(0, endless.Given);
    }

    [Fact]
    public async Task A_transfer_that_breaks_off_is_taken_up_where_it_was()
    {
        using ScriptedSource source = new(_ => Answer(Broken(2048)), from => Whole(from), _ => null);
        await FetchAsync(source);
        Assert.Equal(2, source.Asked.Count);
        Assert.Equal(0, source.Asked[0]);
        Assert.InRange(source.Asked[1], 1, 2048);
        Assert.Equal(Content, await File.ReadAllTextAsync(Part, Token));
    }

    [Fact]
    public async Task A_source_that_cannot_begin_in_the_middle_begins_again()
    {
        using ScriptedSource source = new(_ => Answer(Broken(2048)), _ => Whole(0));
        await FetchAsync(source);
        Assert.Equal(Content, await File.ReadAllTextAsync(Part, Token));
    }

    [Fact]
    public async Task An_answer_with_another_range_than_asked_is_refused_and_nothing_stays()
    {
        using ScriptedSource source = new(_ => Answer(Broken(2048)), from => Whole(from + 1));
        Assert.Equal(TufRefusal.WrongBytes, (await Assert.ThrowsAsync<TufException>(() => FetchAsync(source))).Refusal);
        Assert.False(File.Exists(Part));
    }

    [Fact]
    public async Task A_file_that_ends_too_early_is_refused_and_nothing_stays()
    {
        using ScriptedSource source = new(_ => Answer(new MemoryStream(Encoding.ASCII.GetBytes(Content[..2000]))));
        Assert.Equal(TufRefusal.WrongBytes, (await Assert.ThrowsAsync<TufException>(() => FetchAsync(source))).Refusal);
        Assert.False(File.Exists(Part));
    }

    [Fact]
    public async Task What_an_earlier_run_has_left_is_taken_up_and_done_anew_where_it_is_wrong()
    {
        await File.WriteAllTextAsync(Part, Content[..1000], Token);
        using ScriptedSource right = new(from => Whole(from));
        await FetchAsync(right);
        Assert.Equal([1000], right.Asked);

        await File.WriteAllTextAsync(Part, new string('x', 1000), Token);
        using ScriptedSource wrong = new(from => Whole(from), from => Whole(from));
        await FetchAsync(wrong);
        Assert.Equal([1000, 0], wrong.Asked);
        Assert.Equal(Content, await File.ReadAllTextAsync(Part, Token));
    }

    [Fact]
    public async Task After_some_attempts_it_is_given_up_and_what_is_there_stays_for_the_next_run()
    {
        using ScriptedSource source = new([.. Enumerable.Repeat<Func<long, RemoteContent?>>(from => Answer(Broken(2048, from), from), options.Attempts)]);
        Assert.Equal(TufRefusal.Unavailable, (await Assert.ThrowsAsync<TufException>(() => FetchAsync(source))).Refusal);
        Assert.Equal(options.Attempts, source.Asked.Count);
        Assert.NotEqual(0, new FileInfo(Part).Length);
    }

    [Fact]
    public async Task A_target_larger_than_allowed_is_not_even_asked_for()
    {
        using ScriptedSource source = new();
        Fetcher fetcher = new(options with { MaxTargetBytes = Content.Length - 1 }, time);
        TufException refused = await Assert.ThrowsAsync<TufException>(() => fetcher.FetchAsync(source, "x", Target(Content), Part, progress: null, Token));
        Assert.Equal(TufRefusal.TooLong, refused.Refusal);
        Assert.Empty(source.Asked);
    }

    [Fact]
    public async Task An_empty_target_is_a_target()
    {
        using ScriptedSource source = new(_ => Answer(new FaultyStream("", failAt: long.MaxValue, _ => Task.CompletedTask)));
        await new Fetcher(options, time).FetchAsync(source, "x", Target(""), Part, progress: null, Token);
        Assert.Equal(0, new FileInfo(Part).Length);
    }

    [Fact]
    public async Task A_transfer_waits_when_it_is_faster_than_allowed_which_is_no_stall()
    {
        using ScriptedSource source = new(_ => Whole(0));
        Fetcher fetcher = new(options with { MaxBytesPerSecond = Content.Length / 2, StallSeconds = 1 }, time);
        Task<byte[]?> read = fetcher.ReadAsync(source, "x", 100_000, Token);
        time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(read.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(Content.Length, (await read)!.Length);
    }

    private static TargetFile Target(string content)
    {
        RepositoryDraft draft = new();
        draft.AddTarget("targets", "x", content);
        return new TargetsMetadata("targets", draft.Sign("targets")).Targets["x"];
    }

    private static RemoteContent Answer(Stream content, long from = 0) => new(content, from, Length: null);

    private static RemoteContent Whole(long from) => Answer(new MemoryStream(Encoding.ASCII.GetBytes(Content[(int)from..])), from);

    private static FaultyStream Broken(int after, long from = 0) =>
        new(Content[(int)from..], failAt: Math.Max(0, after - from), _ => throw new IOException("the connection was reset"));

    private Task FetchAsync(ScriptedSource source) => new Fetcher(options, time).FetchAsync(source, "x", Target(Content), Part, progress: null, Token);

    /// <summary>Answers one request after another.</summary>
    private sealed class ScriptedSource(params Func<long, RemoteContent?>[] answers) : RepositorySource
    {
        public List<long> Asked { get; } = [];

        public override Task<RemoteContent?> OpenAsync(string path, long from, CancellationToken cancellationToken)
        {
            Asked.Add(from);
            return Task.FromResult(answers[Asked.Count - 1](from));
        }
    }

    /// <summary>Does something else before every read from some byte on, which then gives one byte.</summary>
    private sealed class FaultyStream(string content, long failAt, Func<CancellationToken, Task> fault) : MemoryStream(Encoding.ASCII.GetBytes(content))
    {
        /// <summary>How many bytes were read; also after the end.</summary>
        public int Given { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            bool isFaulty = Position >= failAt;
            if (isFaulty)
            {
                await fault(cancellationToken);
            }

            int count = await base.ReadAsync(buffer[..(int)(isFaulty ? 1 : Math.Min(buffer.Length, failAt - Position))], cancellationToken);
            Given += count;
            return count;
        }
    }
}
