using System.Runtime.CompilerServices;

namespace LeafSeg.Common.Tests;

/// <summary>
/// Inputs and other programs' answers to them: small ones of our own making in tests/Fixtures, each beside the script that made it. A
/// folder <c>../shared</c> beside the checkout may hold more under the same names; tests take both, and none waits for the second.
/// </summary>
internal static class Fixtures
{
    private static readonly string Own = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "Fixtures");
    private static readonly string Beside = Path.Combine(Own, "..", "..", "..", "shared");

    /// <summary>Full path of a file or folder of tests/Fixtures.</summary>
    public static string Find(string path)
    {
        string full = Path.GetFullPath(Path.Combine(Own, path));
        return Path.Exists(full) ? full : throw new FileNotFoundException($"found no {full}, expected it in the repository");
    }

    /// <summary>Full path of a file or folder of ../shared; null where that is absent.</summary>
    public static string? FindBeside(string path) => Path.GetFullPath(Path.Combine(Beside, path)) is var full && Path.Exists(full) ? full : null;

    /// <summary>Ours, then the one of ../shared where it is there.</summary>
    public static IReadOnlyList<string> All(string path) => FindBeside(path) is { } more ? [Find(path), more] : [Find(path)];

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
