namespace LeafSeg.EdgeAgent.Web;

internal sealed partial class StatusPage
{
    [LoggerMessage(601, LogLevel.Information, "The status page is at {Scheme}://{Address}/")]
    private partial void LogServing(string scheme, System.Net.IPEndPoint address);

    [LoggerMessage(604, LogLevel.Warning, "The status page sends its token and pictures unencrypted: name a certificate (statusPage.tls.certificateFile), or put it behind a proxy that encrypts")]
    private partial void LogUnencrypted();
}
