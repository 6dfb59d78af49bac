namespace LeafSeg.EdgeAgent.Machine;

/// <summary>How a variable of the environment names a setting: LEAFSEG_broker__password is broker.password.</summary>
internal static class EnvironmentVariables
{
    public const string Prefix = "LEAFSEG_";
}
