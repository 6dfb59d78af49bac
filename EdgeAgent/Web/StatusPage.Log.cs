namespace LeafSeg.EdgeAgent.Web;

internal sealed partial class StatusPage
{
    [LoggerMessage(601, LogLevel.Information, "The status page is at http://127.0.0.1:{Port}/")]
    private partial void LogServing(int port);
}
