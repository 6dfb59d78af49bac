using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace LeafSeg.ModelTraining.Weights;

/// <summary>
/// Brings weights to this machine: a URL is downloaded once into a folder, under its digest. A file takes its name there only
/// after its digest was found right; an interrupted download goes on where it stopped, if the server knows how.
/// </summary>
/// <param name="folder">Made when it is needed.</param>
/// <param name="client">Disposed by the caller.</param>
internal sealed class WeightsCache(string folder, HttpClient client)
{
    private const int BufferLength = 1 << 16;

    /// <summary>How long the server may say nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

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
    /// <param name="progress">Bytes that are there, and bytes in all if the server said so.</param>
    /// <param name="cancellation">Ends a download; what is there is kept for the next time.</param>
    /// <exception cref="WeightsFileException">It cannot be had, or its digest is another one.</exception>
    public async Task<string> Fetch(WeightsSource source, IProgress<(long Done, long? Total)> progress, CancellationToken cancellation)
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

    private async Task Download(
        Uri url, string expected, string path, IProgress<(long, long?)> progress, CancellationToken cancellation)
    {
        string partial = $"{path}.partial";
        await using FileStream file = OpenPartial(partial);
        bool isContinued = await Receive(url, file, progress, cancellation);
        string found = await Digest(file, cancellation);
        if (found != expected && isContinued)
        {
            // What was there may have been the start of something else.
            file.SetLength(0);
            await Receive(url, file, progress, cancellation);
            found = await Digest(file, cancellation);
        }

        if (found != expected)
        {
            File.Delete(partial);
            throw new WeightsFileException(
                $"{url}: the sha256 of what came is {found}, expected {expected}; it is another file or was damaged on its way, and is not kept");
        }

        file.Flush(flushToDisk: true);
        File.Move(partial, path, overwrite: true);
    }

    private static FileStream OpenPartial(string partial)
    {
        try
        {
            return new FileStream(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(partial))
        {
            throw new WeightsFileException($"{partial}: another program is downloading this file; start again when it is done ({e.Message})", e);
        }
    }

    /// <returns>Whether the file had a start already and went on from there.</returns>
    private async Task<bool> Receive(Uri url, FileStream file, IProgress<(long, long?)> progress, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using HttpResponseMessage answer = await Ask(url, file.Length, patience.Token);
            if (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                // All of it is there, or more than all; the digest decides.
                return true;
            }

            if (!answer.IsSuccessStatusCode)
            {
                throw new WeightsFileException($"{url}: the server answers {(int)answer.StatusCode} {answer.ReasonPhrase}");
            }

            bool goesOn = file.Length > 0 && answer.StatusCode == HttpStatusCode.PartialContent
                && answer.Content.Headers.ContentRange?.From == file.Length;
            file.SetLength(goesOn ? file.Length : 0);
            file.Position = file.Length;
            long? total = file.Length + answer.Content.Headers.ContentLength;
            await using Stream body = await answer.Content.ReadAsStreamAsync(patience.Token);
            byte[] buffer = new byte[BufferLength];
            for (int count = await body.ReadAsync(buffer, patience.Token); count > 0; count = await body.ReadAsync(buffer, patience.Token))
            {
                patience.CancelAfter(Patience);
                await file.WriteAsync(buffer.AsMemory(0, count), patience.Token);
                progress.Report((file.Length, total));
            }

            return goesOn;
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException or IOException { InnerException: SocketException }
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            string cause = e is OperationCanceledException ? $"nothing came for {Patience.TotalSeconds:0} s" : e.Message;
            throw new WeightsFileException(
                $"{url}: cannot be downloaded ({cause}); {file.Length} bytes are kept, start again to go on from there", e);
        }
    }

    private async Task<HttpResponseMessage> Ask(Uri url, long from, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url);
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    private static async Task<string> Digest(string path, CancellationToken cancellation)
    {
        await using FileStream file = WeightsFile.Open(path);
        return await Digest(file, cancellation);
    }

    private static async Task<string> Digest(FileStream file, CancellationToken cancellation)
    {
        file.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
    }
}
