using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LeafSeg.Common.Tuf;

namespace LeafSeg.EdgeAgent.Updates.Tuf;

/// <summary>A repository on a web server.</summary>
internal sealed class HttpSource : RepositorySource
{
    private readonly string root;
    private readonly HttpClient client;

    /// <exception cref="TufException"><see cref="TufRefusal.Unavailable"/>: a certificate file cannot be used.</exception>
    public HttpSource(Uri root, RepositoryOptions options)
    {
        this.root = root.AbsoluteUri.EndsWith('/') ? root.AbsoluteUri : $"{root.AbsoluteUri}/";
        client = new HttpClient(Handler(options)) { Timeout = Timeout.InfiniteTimeSpan };
        string version = typeof(HttpSource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("leafseg-agent", version.Split('+')[0]));
    }

    public override async Task<SourceAnswer?> OpenAsync(string path, long from, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"{root}{path}");
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }

        HttpResponseMessage response = await SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && from > 0)
        {
            // What is here is as long as the server's file or longer, so it is not the same: from the start.
            response.Dispose();
            return await OpenAsync(path, from: 0, cancellationToken);
        }

        try
        {
            if (response.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.Forbidden))
            {
                return await AnswerAsync(response, isFromStart: from == 0, cancellationToken);
            }
        }
        catch
        {
            response.Dispose();
            throw;
        }

        response.Dispose();
        return null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            client.Dispose();
        }

        base.Dispose(disposing);
    }

    private static async Task<SourceAnswer> AnswerAsync(HttpResponseMessage response, bool isFromStart, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml")
        {
            throw new TufException(TufRefusal.Unavailable,
                $"{response.RequestMessage!.RequestUri}: found a web page; expected the file: a portal or a proxy answers in the repository's place");
        }

        long? begins = response.StatusCode switch
        {
            HttpStatusCode.OK => 0,
            HttpStatusCode.PartialContent when !isFromStart => response.Content.Headers.ContentRange?.From,
            _ => null,
        };
        Stream content = await response.Content.ReadAsStreamAsync(cancellationToken);
        return new SourceAnswer(
            content,
            begins ?? throw new TufException(TufRefusal.Unavailable,
                $"{response.RequestMessage!.RequestUri}: found the answer {(int)response.StatusCode} ({response.ReasonPhrase}); expected the file"),
            response.Content.Headers.ContentLength)
        {
            Owner = response,
        };
    }

    private static SocketsHttpHandler Handler(RepositoryOptions options)
    {
        SocketsHttpHandler handler = new()
        {
            ConnectTimeout = TimeSpan.FromSeconds(options.StallSeconds),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            MaxAutomaticRedirections = 5,
        };
        try
        {
            if (options.CaFile is { } authorities)
            {
                handler.SslOptions.CertificateChainPolicy = TrustOnly(authorities);
            }

            if (options.ClientCertificateFile is { } certificate)
            {
                handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, options.ClientKeyFile)];
            }
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            handler.Dispose();
            throw new TufException(TufRefusal.Unavailable, $"{options.CaFile ?? options.ClientCertificateFile}: cannot be used as certificates ({e.Message})", e);
        }

        return handler;
    }

    /// <summary>Name and dates are still checked as ever.</summary>
    private static X509ChainPolicy TrustOnly(string pemFile)
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(pemFile);
        if (policy.CustomTrustStore.Count == 0)
        {
            throw new CryptographicException("found no certificate in PEM");
        }

        return policy;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new TufException(TufRefusal.Unavailable, $"{request.RequestUri}: cannot be reached ({e.GetBaseException().Message})", e);
        }
    }
}
