using System.Globalization;
using LeafSeg.Common.Tuf;

namespace LeafSeg.EdgeAgent.Updates.Tuf;

/// <summary>
/// Fetches files from a source that may be slow, broken or hostile: never more bytes than allowed, never without
/// progress for long, never faster than allowed.
/// </summary>
internal sealed class Fetcher(RepositoryOptions options, TimeProvider time)
{
    /// <summary>Fewer bytes than this are no progress: one byte now and then would hold a rig for days.</summary>
    public const int LeastProgress = 1024;

    private const int BufferLength = 1 << 16;

    /// <summary>Reads a small file; null where there is none.</summary>
    /// <exception cref="TufException">Longer than <paramref name="limit"/>, stalled, or broken off.</exception>
    public async Task<byte[]?> ReadAsync(RepositorySource source, string path, long limit, CancellationToken cancellationToken)
    {
        try
        {
            using SourceAnswer? answer = await OpenAsync(source, path, from: 0, cancellationToken);
            if (answer is null)
            {
                return null;
            }

            using MemoryStream content = new();
            await CopyAsync(answer, content, path, limit, progress: null, cancellationToken);
            byte[] file = content.ToArray();

            // A portal's page, sent without its kind.
            return file.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'<', ..]
                ? throw new TufException(TufRefusal.Unavailable, $"{path}: found a web page; expected JSON: a portal or a proxy answers in the repository's place")
                : file;
        }
        catch (BrokenOffException e)
        {
            throw new TufException(TufRefusal.Unavailable, e.Message, e);
        }
    }

    /// <summary>
    /// Fetches a target into a file and verifies what the disk then holds. What a transfer that broke off has left there is
    /// taken up again, also after a restart; what is wrong is removed.
    /// </summary>
    /// <param name="source">Where to fetch it.</param>
    /// <param name="path">What to ask for.</param>
    /// <param name="target">What it must be.</param>
    /// <param name="part">The file that grows.</param>
    /// <param name="progress">Gets the number of bytes so far.</param>
    /// <param name="cancellationToken">Gives up; what is there stays.</param>
    /// <exception cref="TufException">It cannot be had, or is not the target.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public async Task FetchAsync(
        RepositorySource source, string path, TargetFile target, string part, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (target.Length > options.MaxTargetBytes)
        {
            throw new TufException(TufRefusal.TooLong, string.Create(CultureInfo.InvariantCulture,
                $"{target.Path}: found a length of {target.Length} bytes; expected {options.MaxTargetBytes} at most"));
        }

        bool isOfEarlierRun = File.Exists(part);
        try
        {
            await GrowAsync(source, path, target, part, progress, cancellationToken);
            if (!await IsTargetAsync(part, target, cancellationToken))
            {
                File.Delete(part);
                if (!isOfEarlierRun)
                {
                    throw new TufException(TufRefusal.WrongBytes, $"{target.Path}: found other bytes than are listed");
                }

                await GrowAsync(source, path, target, part, progress, cancellationToken);
                if (!await IsTargetAsync(part, target, cancellationToken))
                {
                    throw new TufException(TufRefusal.WrongBytes, $"{target.Path}: found other bytes than are listed");
                }
            }
        }
        catch (TufException e) when (e.Refusal != TufRefusal.Unavailable)
        {
            File.Delete(part);
            throw;
        }
    }

    private static async Task<bool> IsTargetAsync(string file, TargetFile target, CancellationToken cancellationToken)
    {
        await using FileStream content = File.OpenRead(file);
        return await target.IsAsync(content, cancellationToken);
    }

    private async Task GrowAsync(
        RepositorySource source, string path, TargetFile target, string part, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await ContinueAsync(source, path, target, part, progress, cancellationToken);
                return;
            }
            catch (BrokenOffException) when (attempt < options.Attempts)
            {
                await Task.Delay(TimeSpan.FromSeconds(options.RetrySeconds), time, cancellationToken);
            }
            catch (BrokenOffException e)
            {
                throw new TufException(TufRefusal.Unavailable, e.Message, e);
            }
        }
    }

    private async Task ContinueAsync(
        RepositorySource source, string path, TargetFile target, string part, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        long there = File.Exists(part) ? new FileInfo(part).Length : 0;
        if (there > target.Length)
        {
            there = 0;
        }

        if (there > 0 && there == target.Length)
        {
            return;
        }

        using SourceAnswer answer = await OpenAsync(source, path, there, cancellationToken)
            ?? throw new TufException(TufRefusal.Unavailable, $"{path}: found nothing; expected the target {target.Path}, which is listed");
        if (answer.From > there)
        {
            throw new TufException(TufRefusal.WrongBytes, $"{path}: found an answer from byte {answer.From} on; expected {there}, as asked");
        }

        await using FileStream file = new(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        file.SetLength(answer.From);
        file.Position = answer.From;
        await CopyAsync(answer, file, path, target.Length, progress, cancellationToken);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Copies what comes, up to a length of the whole file.</summary>
    private async Task CopyAsync(
        SourceAnswer answer, Stream to, string path, long limit, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        long length = answer.From;
        if (answer.Length is { } announced && announced > limit - length)
        {
            throw TooLong(path, limit);
        }

        Pacer pacer = new(options.MaxBytesPerSecond, time);
        byte[] buffer = new byte[BufferLength];
        while (await ReadAsync(answer.Content, buffer, path, cancellationToken) is > 0 and int count)
        {
            length += count;
            if (length > limit)
            {
                throw TooLong(path, limit);
            }

            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            progress?.Report(length);
            await pacer.SpendAsync(count, cancellationToken);
        }
    }

    private Task<SourceAnswer?> OpenAsync(RepositorySource source, string path, long from, CancellationToken cancellationToken) =>
        WithinStallTimeAsync(path, token => source.OpenAsync(path, from, token), cancellationToken);

    private async Task<int> ReadAsync(Stream content, byte[] buffer, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await WithinStallTimeAsync(
                path, token => content.ReadAtLeastAsync(buffer, LeastProgress, throwOnEndOfStream: false, token).AsTask(), cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new BrokenOffException($"{path}: the transfer broke off ({e.GetBaseException().Message})", e);
        }
    }

    private async Task<T> WithinStallTimeAsync<T>(string path, Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stalled = new(TimeSpan.FromSeconds(options.StallSeconds), time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
        try
        {
            return await step(either.Token);
        }
        catch (OperationCanceledException e) when (stalled.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BrokenOffException(string.Create(CultureInfo.InvariantCulture, $"{path}: no progress within {options.StallSeconds} s"), e);
        }
    }

    private static TufException TooLong(string path, long limit) =>
        new(TufRefusal.TooLong, string.Create(CultureInfo.InvariantCulture, $"{path}: found more than {limit} bytes; expected {limit} at most"));

    /// <summary>The other side, not the disk here: another attempt can help.</summary>
    private sealed class BrokenOffException(string message, Exception inner) : Exception(message, inner);
}
