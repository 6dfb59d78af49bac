using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace LeafSeg.EdgeAgent.Machine;

/// <summary>Names the package of a native library that this machine does not have.</summary>
internal static partial class MissingLibrary
{
    private const string OpenCv = "libOpenCvSharpExtern";

    /// <summary>Debian's names of packages, by the library's own.</summary>
    private static readonly (string Library, string Package)[] Packages =
    [
        ("libgtk-3.so", "libgtk-3-0"),
        ("libgdk-3.so", "libgtk-3-0"),
        ("libatomic.so", "libatomic1"),
        ("libdrm.so", "libdrm2"),
        ("libgpiod.so", "libgpiod2"),
        ("libaravis-0.8.so", "libaravis-0.8-0"),
        ("libstdc++.so", "libstdc++6"),
        ("libz.so", "zlib1g"),
    ];

    /// <summary>What is missing and how to install it; null: the exception has another cause.</summary>
    public static string? In(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is DllNotFoundException)
            {
                return Explain(e.Message);
            }
        }

        return null;
    }

    private static string Explain(string message)
    {
        if (SharedObject().Match(message) is not { Success: true } match)
        {
            return $"a native library does not load: {message.ReplaceLineEndings(" ")}";
        }

        string library = match.Groups[1].Value;
        if (library.StartsWith(OpenCv, StringComparison.Ordinal))
        {
            return $"OpenCV's native library {library} is missing, without which no camera or picture file can be read on this machine; put one for "
                + $"{RuntimeInformation.RuntimeIdentifier} beside the program, in {AppContext.BaseDirectory}";
        }

        string? package = Packages.FirstOrDefault(known => library.StartsWith(known.Library, StringComparison.Ordinal)).Package;
        return package is null
            ? $"the library {library} is missing on this machine; install the package that has it (apt-file search {library})"
            : $"the library {library} is missing on this machine; install it (apt-get install {package})";
    }

    [GeneratedRegex(@"(?<![/\w])(lib[\w.+-]+\.so[\w.]*): cannot open shared object file")]
    private static partial Regex SharedObject();
}
