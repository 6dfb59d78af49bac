namespace LeafSeg.Common.Tests;

/// <summary>
/// How many hostile inputs are tried: some in an ordinary run, a million with PROOF_LEVEL=full in the environment (a
/// quarter of an hour). Not LEAFSEG_...: those are settings of the agent.
/// </summary>
internal static class HostileInputs
{
    public static int Count(int usually) => Environment.GetEnvironmentVariable("PROOF_LEVEL") == "full" ? 1_000_000 : usually;
}
