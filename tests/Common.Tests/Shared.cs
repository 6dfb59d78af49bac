using System.Runtime.CompilerServices;

namespace LeafSeg.Common.Tests;

/// <summary>Material beside the checkout that tests use where it is there.</summary>
internal static class Shared
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "shared"));

    /// <summary>Full path of a file or folder of <c>../shared</c>; skips the test where that folder is absent.</summary>
    public static string Require(string path)
    {
        string full = Path.Combine(Root, path);
        Assert.SkipUnless(Path.Exists(full), $"needs shared/{path} beside the checkout");
        return full;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
