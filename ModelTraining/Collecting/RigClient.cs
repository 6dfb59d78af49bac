using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using LeafSeg.Common.Downloads;
using LeafSeg.Common.Messages;

namespace LeafSeg.ModelTraining.Collecting;

/// <summary>Asks a rig's status page for the doubtful pictures that it keeps.</summary>
internal sealed class RigClient : IDisposable
{
    /// <summary>A list of thousands of pictures is under this.</summary>
    private const long LongestList = 16 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RigAddress rig;
    private readonly HttpClient http;
    private readonly Downloader downloader = new(new DownloadOptions(), TimeProvider.System);

    /// <param name="rig">Where it is.</param>
    /// <param name="trust">In the certificates that may have signed the page's; null: in those of the system.</param>
    public RigClient(RigAddress rig, X509ChainPolicy? trust)
    {
        this.rig = rig;
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = Patience };
        handler.SslOptions.CertificateChainPolicy = trust;

        // The whole may take an hour over a slow line; whoever reads gives up when nothing comes.
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestList };
        if (rig.Token is { } token)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>What the rig keeps, the most doubtful first.</summary>
    /// <exception cref="CollectException">It cannot be reached, or does not list it.</exception>
    public async Task<DoubtfulList> ListAsync(CancellationToken cancellation)
    {
        Uri address = new(rig.Page, "doubtful.json");
        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Patience);
            using HttpResponseMessage answer = await http.GetAsync(address, patience.Token);
            if (Refusal(answer.StatusCode) is { } refusal)
            {
                throw new CollectException($"{rig.Page}: {refusal}");
            }

            return MessageJson.ReadDoubtful(await answer.Content.ReadAsByteArrayAsync(patience.Token));
        }
        catch (JsonException e)
        {
            throw new CollectException($"{address}: found no list of doubtful pictures ({e.Message}), expected a rig's status page there", e);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new CollectException($"{rig.Page}: cannot be reached ({(e is OperationCanceledException ? "no answer" : e.GetBaseException().Message)})", e);
        }
    }

    /// <summary>Brings one file here; what broke off goes on where it stopped, also after a restart.</summary>
    /// <param name="name">As the rig lists it.</param>
    /// <param name="sha256">As the rig lists it.</param>
    /// <param name="folder">Where it grows.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The path of the file with that digest.</returns>
    /// <exception cref="CollectException">It does not come, or not whole.</exception>
    public async Task<string> FetchAsync(string name, string sha256, string folder, CancellationToken cancellation)
    {
        Uri address = new(rig.Page, "doubtful/" + Uri.EscapeDataString(name));
        try
        {
            Directory.CreateDirectory(folder);
            string part = Path.Combine(folder, sha256);
            await downloader.FetchAsync(RemoteFile.OverHttp(http, address), ExpectedContent.Sha256(sha256), part, progress: null, cancellation);
            return part;
        }
        catch (DownloadException e)
        {
            throw new CollectException(e.Fault == DownloadFault.Unavailable ? $"{e.Message}; what has come is kept, start again to go on from there" : e.Message, e);
        }
    }

    public void Dispose() => http.Dispose();

    private string? Refusal(HttpStatusCode code) => code switch
    {
        HttpStatusCode.OK => null,
        HttpStatusCode.Unauthorized => rig.Token is null
            ? "asks for a token; name the file that holds the rig's (statusPage.tokenFile) with --token-file"
            : "does not take this token; expected that of the rig's statusPage.tokenFile",
        HttpStatusCode.TooManyRequests => "makes this address wait, because a wrong token came from it; try again in a minute",
        HttpStatusCode.NotFound => "keeps no doubtful pictures; set originals.doubtful.maxMegabytes there",
        _ => $"answers {(int)code}, expected its list of doubtful pictures",
    };
}
