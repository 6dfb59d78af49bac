namespace LeafSeg.Common.Downloads;

/// <summary>A file elsewhere.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="OpenAsync">
/// Opens it from some byte on; the answer may begin before that byte. Throws <see cref="DownloadException"/> where it cannot be had.
/// </param>
public sealed record RemoteFile(string Name, Func<long, CancellationToken, Task<RemoteContent>> OpenAsync)
{
    /// <summary>A file of a web server.</summary>
    /// <param name="client">With its certificates and headers. Disposed by the caller.</param>
    /// <param name="url">http or https.</param>
    public static RemoteFile OverHttp(HttpClient client, Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return new RemoteFile(url.AbsoluteUri, (from, cancellationToken) => HttpFile.OpenAsync(client, url, from, cancellationToken));
    }
}
