using System.Net;
using System.Net.Http.Headers;

namespace LeafSeg.Common.Downloads;

/// <summary>A file of a web server, whole or from some byte on (RFC 9110, range requests).</summary>
internal static class HttpFile
{
    /// <exception cref="DownloadException">It cannot be had.</exception>
    public static async Task<RemoteContent> OpenAsync(HttpClient client, Uri url, long from, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url);
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }

        HttpResponseMessage response = await SendAsync(client, request, cancellationToken);
        try
        {
            if (response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable || from == 0)
            {
                return await ContentAsync(response, url, isFromStart: from == 0, cancellationToken);
            }
        }
        catch
        {
            response.Dispose();
            throw;
        }

        // What is here is as long as the server's file or longer, so it is not the same: from the start.
        response.Dispose();
        return await OpenAsync(client, url, from: 0, cancellationToken);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new DownloadException(DownloadFault.Unavailable, $"{request.RequestUri}: cannot be reached ({e.GetBaseException().Message})", e);
        }
    }

    private static async Task<RemoteContent> ContentAsync(HttpResponseMessage response, Uri url, bool isFromStart, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            throw new DownloadException(DownloadFault.Missing, NoFile(response, url));
        }

        if (response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml")
        {
            throw new DownloadException(DownloadFault.Unavailable, $"{url}: found a web page; expected the file: a portal or a proxy answers in its place");
        }

        long begins = response.StatusCode switch
        {
            HttpStatusCode.OK => 0,
            HttpStatusCode.PartialContent when !isFromStart => response.Content.Headers.ContentRange?.From,
            _ => null,
        } ?? throw new DownloadException(DownloadFault.Unavailable, NoFile(response, url));
        Stream content = await response.Content.ReadAsStreamAsync(cancellationToken);
        return new RemoteContent(content, begins, response.Content.Headers.ContentLength) { Owner = response };
    }

    private static string NoFile(HttpResponseMessage response, Uri url) =>
        $"{url}: found the answer {(int)response.StatusCode} ({response.ReasonPhrase}); expected the file";
}
