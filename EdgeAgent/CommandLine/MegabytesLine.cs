using System.Globalization;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary>One line on a terminal that counts up, for a person who looks on; none where nobody does.</summary>
/// <param name="what">What is done to the megabytes.</param>
internal sealed class MegabytesLine(string what) : IProgress<long>, IDisposable
{
    private const long Step = 10_000_000;
    private readonly bool isShown = !Console.IsErrorRedirected;
    private long bytes;
    private long shown;

    public void Report(long value)
    {
        bytes += value;
        if (isShown && bytes - shown >= Step)
        {
            shown = bytes;
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{bytes / 1_000_000} MB {what}"));
        }
    }

    public void Dispose()
    {
        if (shown > 0)
        {
            Console.Error.WriteLine();
        }
    }
}
