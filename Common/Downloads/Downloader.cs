using System.Globalization;

namespace LeafSeg.Common.Downloads;

/// <summary>
/// Downloads files from a source that may be slow, broken or hostile: never more bytes than allowed, never without progress for
/// long, never faster than allowed. A transfer that broke off is resumed, also by a later run of the program.
/// </summary>
/// <param name="options">Limits.</param>
/// <param name="time">Measures them.</param>
public sealed class Downloader(DownloadOptions options, TimeProvider time)
{
    /// <summary>Fewer bytes than this are no progress: one byte now and then would hold a program for days.</summary>
    public const int LeastProgress = 1024;

    private const int BufferLength = 1 << 16;

    /// <summary>Reads a small file into memory; one attempt.</summary>
    /// <param name="remote">The file.</param>
    /// <param name="limit">In bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DownloadException">It cannot be had, or is longer than <paramref name="limit"/>.</exception>
    public async Task<byte[]> ReadAsync(RemoteFile remote, long limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(remote);
        try
        {
            using RemoteContent content = await OpenAsync(remote, from: 0, cancellationToken);
            using MemoryStream file = new();
            await CopyAsync(remote, content, file, limit, progress: null, cancellationToken);
            return file.ToArray();
        }
        catch (BrokenOffException e)
        {
            throw new DownloadException(DownloadFault.Unavailable, e.Message, e);
        }
    }

    /// <summary>
    /// Downloads into a file and verifies what the disk then holds. What an earlier attempt has left in it is resumed, or
    /// replaced where it proves to be something else.
    /// </summary>
    /// <param name="remote">The file.</param>
    /// <param name="expected">What it must be.</param>
    /// <param name="part">The file that grows. Where the download fails, what has come is kept unless it is wrong.</param>
    /// <param name="progress">Reported to after each piece.</param>
    /// <param name="cancellationToken">Gives up; what has come is kept.</param>
    /// <exception cref="DownloadException">It cannot be had, or is not what is expected.</exception>
    /// <exception cref="IOException">The disk refuses (it is full, for one); what has come is kept.</exception>
    public async Task FetchAsync(
        RemoteFile remote, ExpectedContent expected, string part, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(remote);
        ArgumentNullException.ThrowIfNull(expected);
        if (expected.Length > options.MaxBytes)
        {
            throw new DownloadException(DownloadFault.TooLong, string.Create(CultureInfo.InvariantCulture,
                $"{remote.Name}: found a length of {expected.Length} bytes; expected {options.MaxBytes} at most"));
        }

        FileStream file = OpenPart(part);
        bool isDone = false;
        try
        {
            await FetchAsync(remote, expected, file, progress, cancellationToken);
            isDone = true;
        }
        catch (DownloadException e) when (e.Fault is DownloadFault.WrongBytes or DownloadFault.TooLong)
        {
            file.SetLength(0);
            throw;
        }
        finally
        {
            bool isNothing = !isDone && file.Length == 0;
            await file.DisposeAsync();
            if (isNothing)
            {
                File.Delete(part);
            }
        }
    }

    private static FileStream OpenPart(string part)
    {
        // EWOULDBLOCK of flock; Windows' sharing violation.
        const int Locked = 11;
        const int SharingViolation = unchecked((int)0x80070020);
        try
        {
            // No buffer: what has come is in the file even if the process is killed.
            return new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (e.HResult is Locked or SharingViolation)
        {
            throw new DownloadException(DownloadFault.InUse, $"{part}: another program is downloading this file; start again when it is done", e);
        }
    }

    private async Task FetchAsync(
        RemoteFile remote, ExpectedContent expected, FileStream file, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        bool isOfEarlierRun = file.Length > 0;
        if (isOfEarlierRun && await FaultAsync(expected, file, cancellationToken) is null)
        {
            return;
        }

        if (file.Length >= expected.Length)
        {
            file.SetLength(0);
            isOfEarlierRun = false;
        }

        await GrowAsync(remote, expected, file, progress, cancellationToken);
        string? fault = await FaultAsync(expected, file, cancellationToken);
        if (fault is not null && isOfEarlierRun)
        {
            // What was there may have been the start of something else.
            file.SetLength(0);
            await GrowAsync(remote, expected, file, progress, cancellationToken);
            fault = await FaultAsync(expected, file, cancellationToken);
        }

        if (fault is not null)
        {
            throw new DownloadException(DownloadFault.WrongBytes, $"{remote.Name}: {fault}");
        }
    }

    private static Task<string?> FaultAsync(ExpectedContent expected, FileStream file, CancellationToken cancellationToken)
    {
        file.Position = 0;
        return expected.FaultAsync(file, cancellationToken);
    }

    private async Task GrowAsync(
        RemoteFile remote, ExpectedContent expected, FileStream file, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await ContinueAsync(remote, expected, file, progress, cancellationToken);
                return;
            }
            catch (BrokenOffException) when (attempt < options.Attempts)
            {
                await Task.Delay(options.RetryDelay, time, cancellationToken);
            }
            catch (BrokenOffException e)
            {
                throw new DownloadException(DownloadFault.Unavailable, e.Message, e);
            }
        }
    }

    private async Task ContinueAsync(
        RemoteFile remote, ExpectedContent expected, FileStream file, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        long there = file.Length;
        if (there > 0 && there == expected.Length)
        {
            // It broke off behind its last byte.
            return;
        }

        using RemoteContent content = await OpenAsync(remote, there, cancellationToken);
        if (content.From > there)
        {
            throw new DownloadException(DownloadFault.WrongBytes, string.Create(CultureInfo.InvariantCulture,
                $"{remote.Name}: found an answer from byte {content.From} on; expected {there}, as requested"));
        }

        file.SetLength(content.From);
        file.Position = content.From;
        await CopyAsync(remote, content, file, expected.Length ?? options.MaxBytes, progress, cancellationToken);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Copies what comes, up to a length of the whole file.</summary>
    private async Task CopyAsync(
        RemoteFile remote, RemoteContent content, Stream to, long limit, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        long length = content.From;
        if (content.Length is { } announced && announced > limit - length)
        {
            throw TooLong(remote, limit);
        }

        long? total = content.From + content.Length;
        Pacer pacer = new(options.MaxBytesPerSecond, time);
        byte[] buffer = new byte[BufferLength];
        using CancellationTokenSource stalled = new(options.StallTime, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
        int sinceProgress = 0;
        while (await ReadAsync(remote, content.Content, buffer, either.Token, cancellationToken) is > 0 and int count)
        {
            length += count;
            if (length > limit)
            {
                throw TooLong(remote, limit);
            }

            sinceProgress += count;
            bool isProgress = sinceProgress >= LeastProgress;
            if (isProgress)
            {
                // Neither the disk nor the limit of the rate is the other side's fault.
                stalled.CancelAfter(Timeout.InfiniteTimeSpan);
            }

            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            progress?.Report(new DownloadProgress(length, total));
            await pacer.SpendAsync(count, cancellationToken);
            if (isProgress)
            {
                sinceProgress = 0;
                stalled.CancelAfter(options.StallTime);
            }
        }
    }

    private async Task<RemoteContent> OpenAsync(RemoteFile remote, long from, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stalled = new(options.StallTime, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
        try
        {
            return await remote.OpenAsync(from, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Stalled(remote, e);
        }
    }

    private async Task<int> ReadAsync(
        RemoteFile remote, Stream content, byte[] buffer, CancellationToken stalled, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAsync(buffer, stalled);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Stalled(remote, e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new BrokenOffException($"{remote.Name}: the transfer broke off ({e.GetBaseException().Message})", e);
        }
    }

    private BrokenOffException Stalled(RemoteFile remote, OperationCanceledException e) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{remote.Name}: no progress within {options.StallTime.TotalSeconds} s"), e);

    private static DownloadException TooLong(RemoteFile remote, long limit) => new(DownloadFault.TooLong,
        string.Create(CultureInfo.InvariantCulture, $"{remote.Name}: found more than {limit} bytes; expected {limit} at most"));

    /// <summary>The other side, not the disk here: another attempt can help.</summary>
    private sealed class BrokenOffException(string message, Exception inner) : Exception(message, inner);
}
