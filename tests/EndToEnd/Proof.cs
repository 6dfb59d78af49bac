using System.Globalization;

namespace LeafSeg.EndToEnd;

/// <summary>
/// How much is asked of the tests that show endurance: little in an ordinary run, all of it with LEAFSEG_PROOF=full in
/// the environment (a quarter of an hour).
/// </summary>
internal static class Proof
{
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("LEAFSEG_PROOF") == "full";

    /// <summary>A figure for whoever reads along.</summary>
    public static void Tell(FormattableString text) =>
        TestContext.Current.TestOutputHelper?.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
