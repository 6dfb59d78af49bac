namespace LeafSeg.EdgeAgent.Web;

internal sealed partial class StatusPage
{
    [LoggerMessage(601, LogLevel.Information, "The status page is at http://{Address}/")]
    private partial void LogServing(System.Net.IPEndPoint address);
}
