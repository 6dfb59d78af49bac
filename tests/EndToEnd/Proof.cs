using System.Globalization;

namespace LeafSeg.EndToEnd;

/// <summary>
/// How much is asked of the tests that show endurance: little in an ordinary run, all of it with PROOF_LEVEL=full in
/// the environment (half an hour). Not LEAFSEG_...: those are settings of the agent.
/// </summary>
internal static class Proof
{
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("PROOF_LEVEL") == "full";

    /// <summary>A figure for whoever reads along.</summary>
    public static void Report(FormattableString text) =>
        TestContext.Current.TestOutputHelper?.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
