namespace LeafSeg.Common.Imaging;

/// <summary>Which files of a folder are pictures, by their names, for the rig and the training tools alike.</summary>
public static class PictureNames
{
    /// <summary>End of the name of a picture that has labels beside it (CSIRO, CVPPP).</summary>
    public const string ColourSuffix = "_rgb";

    private static readonly HashSet<string> Extensions =
        new(StringComparer.OrdinalIgnoreCase) { ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp" };

    /// <summary>Whether the name is one of a picture that is read, and not hidden.</summary>
    public static bool IsPicture(string path) => Extensions.Contains(Path.GetExtension(path)) && !IsHidden(path);

    /// <summary>Files that macOS writes beside each file on a foreign disk, and hidden ones.</summary>
    public static bool IsHidden(string path) => Path.GetFileName(path).StartsWith('.');

    /// <summary>The name without extension and <see cref="ColourSuffix"/>; its folders stay.</summary>
    public static string StemOf(string path)
    {
        string stem = Path.ChangeExtension(path, null);
        return stem.EndsWith(ColourSuffix, StringComparison.OrdinalIgnoreCase) && Path.GetFileName(stem).Length > ColourSuffix.Length ? stem[..^ColourSuffix.Length] : stem;
    }

    /// <summary>What a file that is no picture is called when it is passed over.</summary>
    public static string KindOf(string path) =>
        Path.GetFileName(path).StartsWith("._", StringComparison.Ordinal) ? "._* (macOS)"
        : IsHidden(path) ? "hidden"
        : Path.GetExtension(path) is { Length: > 0 } extension ? extension.ToLowerInvariant()
        : "without extension";

    /// <summary>"3 .heic, 1 .txt": how many there are of each kind, the most first; empty: none.</summary>
    public static string Count(IEnumerable<string> kinds) => string.Join(", ", kinds.GroupBy(kind => kind)
        .OrderByDescending(kind => kind.Count()).ThenBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => $"{kind.Count()} {kind.Key}"));

    /// <summary>A hint at pictures in the folders below one; empty: there are none.</summary>
    /// <param name="folder">Where none was found.</param>
    /// <param name="isWanted">Which pictures are looked for.</param>
    public static string Below(string folder, Func<string, bool> isWanted)
    {
        string[] below = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(isWanted)];
        string[] folders = [.. below.Select(file => Path.GetRelativePath(folder, Path.GetDirectoryName(file)!)).Distinct().Order(StringComparer.Ordinal)];
        return below.Length == 0 ? "" : $"{below.Length} pictures in the folders below it ({string.Join(", ", folders.Take(3))}{(folders.Length > 3 ? ", ..." : "")})";
    }
}
