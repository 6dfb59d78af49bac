using System.Globalization;

namespace LeafSeg.Common.Tests;

/// <summary>How many hostile inputs a test tries: few in an ordinary run, LEAFSEG_FUZZ=1000000 so many of each kind.</summary>
internal static class Fuzz
{
    public static int Rounds(int usually) =>
        int.TryParse(Environment.GetEnvironmentVariable("LEAFSEG_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? asked : usually;
}
