using LeafSeg.Common.Downloads;
using LeafSeg.Common.Tuf;

namespace LeafSeg.EdgeAgent.Updates.Tuf;

/// <summary>A repository's files, downloaded; what fails is a refusal, as of all that comes from a repository.</summary>
internal sealed class Fetcher(RepositoryOptions options, TimeProvider time)
{
    private readonly Downloader downloader = new(Limits(options), time);

    /// <summary>Reads a small file; null where there is none.</summary>
    /// <exception cref="TufException">Longer than <paramref name="limit"/>, stalled, or broken off.</exception>
    public async Task<byte[]?> ReadAsync(RepositorySource source, string path, long limit, CancellationToken cancellationToken)
    {
        byte[] file;
        try
        {
            file = await downloader.ReadAsync(Remote(source, path), limit, cancellationToken);
        }
        catch (DownloadException e) when (e.Fault == DownloadFault.Missing)
        {
            return null;
        }
        catch (DownloadException e)
        {
            throw Refused(e);
        }

        // A portal's page, sent without its kind.
        return file.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'<', ..]
            ? throw new TufException(TufRefusal.Unavailable, $"{path}: found a web page; expected JSON: a portal or a proxy answers in the repository's place")
            : file;
    }

    /// <summary>Fetches a target into a file and verifies what the disk then holds.</summary>
    /// <param name="source">Where to fetch it.</param>
    /// <param name="path">What to request.</param>
    /// <param name="target">What it must be.</param>
    /// <param name="part">The file that grows; resumed where a transfer broke off.</param>
    /// <param name="progress">Reported to after each piece.</param>
    /// <param name="cancellationToken">Gives up; what has come is kept.</param>
    /// <exception cref="TufException">It cannot be had, or is not the target.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public async Task FetchAsync(
        RepositorySource source, string path, TargetFile target, string part, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            await downloader.FetchAsync(Remote(source, path), Expected(target), part, progress, cancellationToken);
        }
        catch (DownloadException e)
        {
            throw Refused(e);
        }
    }

    private static DownloadOptions Limits(RepositoryOptions options) => new()
    {
        StallTime = TimeSpan.FromSeconds(options.StallSeconds),
        Attempts = options.Attempts,
        RetryDelay = TimeSpan.FromSeconds(options.RetrySeconds),
        MaxBytesPerSecond = options.MaxBytesPerSecond,
        MaxBytes = options.MaxTargetBytes,
    };

    private static RemoteFile Remote(RepositorySource source, string path) => new(path, async (from, cancellationToken) =>
        await source.OpenAsync(path, from, cancellationToken)
        ?? throw new DownloadException(DownloadFault.Missing, $"{path}: found nothing; expected the repository to have it, which lists it"));

    private static ExpectedContent Expected(TargetFile target) => new(async (file, cancellationToken) =>
        await target.IsAsync(file, cancellationToken) ? null : $"found other bytes than are listed for {target.Path}")
    {
        Length = target.Length,
    };

    private static TufException Refused(DownloadException e) => new(
        e.Fault switch
        {
            DownloadFault.TooLong => TufRefusal.TooLong,
            DownloadFault.WrongBytes => TufRefusal.WrongBytes,
            _ => TufRefusal.Unavailable,
        },
        e.Message, e);
}
