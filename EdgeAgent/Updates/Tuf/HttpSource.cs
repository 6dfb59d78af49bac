using System.Net.Http.Headers;
using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LeafSeg.Common.Downloads;
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

    public override async Task<RemoteContent?> OpenAsync(string path, long from, CancellationToken cancellationToken)
    {
        try
        {
            return await RemoteFile.OverHttp(client, new Uri($"{root}{path}")).OpenAsync(from, cancellationToken);
        }
        catch (DownloadException e) when (e.Fault == DownloadFault.Missing)
        {
            return null;
        }
        catch (DownloadException e)
        {
            throw new TufException(TufRefusal.Unavailable, e.Message, e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            client.Dispose();
        }

        base.Dispose(disposing);
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
                handler.SslOptions.CertificateChainPolicy = Authorities.TrustOnly(authorities);
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
}
