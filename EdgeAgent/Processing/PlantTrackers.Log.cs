namespace LeafSeg.EdgeAgent.Processing;

internal sealed partial class PlantTrackers
{
    [LoggerMessage(331, LogLevel.Warning, "Plant {Plant}: its leaves get no identities, {Reason}. A newer leafseg-agent wrote them; they are kept as they are for it")]
    private partial void LogNewer(string plant, string reason);

    [LoggerMessage(332, LogLevel.Error, "Plant {Plant}: the identities of its leaves are damaged ({Reason}); they begin anew as series {Series}")]
    private partial void LogDamaged(string plant, string reason, int series);
}
