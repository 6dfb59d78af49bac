using System.Security.Cryptography;
using LeafSeg.Common.Downloads;
using LeafSeg.Common.Storage;

namespace LeafSeg.ModelTraining.Weights;

/// <summary>
/// Brings weights to this machine: a URL is downloaded once into a folder, under its digest. A file takes its name there only
/// after its digest was found right; an interrupted download resumes where it stopped, if the server knows how.
/// </summary>
/// <param name="folder">Made when it is needed.</param>
/// <param name="client">Disposed by the caller.</param>
/// <param name="downloader">With its limits.</param>
internal sealed class WeightsCache(string folder, HttpClient client, Downloader downloader)
{
    /// <summary>$XDG_CACHE_HOME/leafseg/weights, or ~/.cache/leafseg/weights.</summary>
    public static string DefaultFolder
    {
        get
        {
            string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            // The specification: a relative path is to be ignored.
            return Path.Combine(
                Path.IsPathRooted(cache) ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
                "leafseg", "weights");
        }
    }

    /// <summary>The path of a file with the right digest.</summary>
    /// <param name="source">A path is only verified, if a digest is given.</param>
    /// <param name="progress">Of a download.</param>
    /// <param name="cancellation">Ends a download; what is there is kept for the next time.</param>
    /// <exception cref="WeightsFileException">It cannot be had, or its digest is another one.</exception>
    public async Task<string> Fetch(WeightsSource source, IProgress<DownloadProgress> progress, CancellationToken cancellation)
    {
        if (source.Url is not { } url)
        {
            await VerifyFile(source.File!, source.Sha256, cancellation);
            return source.File!;
        }

        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, source.Sha256!);
        if (File.Exists(path))
        {
            if (await Digest(path, cancellation) == source.Sha256)
            {
                return path;
            }

            File.Delete(path);
        }

        await Download(url, source.Sha256!, path, progress, cancellation);
        return path;
    }

    private static async Task VerifyFile(string path, string? expected, CancellationToken cancellation)
    {
        if (expected is null)
        {
            return;
        }

        string found = await Digest(path, cancellation);
        if (found != expected)
        {
            throw new WeightsFileException($"{path}: its sha256 is {found}, expected {expected}; this is another file, or a damaged one");
        }
    }

    private async Task Download(Uri url, string digest, string path, IProgress<DownloadProgress> progress, CancellationToken cancellation)
    {
        string partial = $"{path}.partial";
        try
        {
            await downloader.FetchAsync(RemoteFile.OverHttp(client, url), ExpectedContent.Sha256(digest), partial, progress, cancellation);
        }
        catch (DownloadException e)
        {
            throw new WeightsFileException($"{e.Message}{Consequence(e.Fault, partial)}", e);
        }

        DurableFile.Replace(partial, path);
    }

    private static string Consequence(DownloadFault fault, string partial) => fault switch
    {
        DownloadFault.Unavailable when File.Exists(partial) =>
            $"; it cannot be downloaded now, {new FileInfo(partial).Length} bytes are kept, start again to go on from there",
        DownloadFault.Unavailable => "; it cannot be downloaded now, start again later",
        DownloadFault.WrongBytes => "; it is another file or was damaged on its way, and is not kept",
        _ => "",
    };

    private static async Task<string> Digest(string path, CancellationToken cancellation)
    {
        await using FileStream file = WeightsFile.Open(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
    }
}
