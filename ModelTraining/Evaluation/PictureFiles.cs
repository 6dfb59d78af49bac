using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>The pictures of a folder, without what labels or draws them.</summary>
/// <param name="Files">Full names in the order of the names.</param>
/// <param name="PassedOver">What else is there, by kind and number; empty: nothing.</param>
internal sealed record PictureFiles(IReadOnlyList<string> Files, string PassedOver)
{
    private static readonly string[] NoPictures = ["_label", "_fg", "_overlay", "_masks"];

    /// <param name="folder">To look into.</param>
    /// <param name="recursive">Look into the folders below it too.</param>
    /// <exception cref="DatasetException">There is no picture.</exception>
    public static PictureFiles In(string folder, bool recursive = false)
    {
        string[] all = [.. Directory.EnumerateFiles(folder, "*", recursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly).Order(StringComparer.Ordinal)];
        string[] pictures = [.. all.Where(file => KindPassedOver(file) is null)];
        string passedOver = string.Join(", ", all.Select(KindPassedOver).OfType<string>().GroupBy(kind => kind).OrderByDescending(kind => kind.Count()).ThenBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => $"{kind.Count()} {kind.Key}"));
        return pictures.Length > 0 ? new PictureFiles(pictures, passedOver) : throw new DatasetException(
            $"{folder}: no PNG, JPEG, TIFF, BMP or WebP picture in it{(passedOver.Length > 0 ? $", found {passedOver}" : "")}{Below(folder, recursive)}");
    }

    /// <returns>Null: it is a picture.</returns>
    private static string? KindPassedOver(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        return Path.GetFileName(file).StartsWith("._", StringComparison.Ordinal) ? "._* (macOS)"
            : PictureFile.IsHidden(file) ? "hidden"
            : !PictureFile.IsNamedAsOne(file) ? Path.GetExtension(file) is { Length: > 0 } extension ? extension.ToLowerInvariant() : "without extension"
            : NoPictures.FirstOrDefault(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase)) is string label ? $"*{label}"
            : null;
    }

    private static string Below(string folder, bool recursive)
    {
        if (recursive)
        {
            return "";
        }

        string[] below = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => KindPassedOver(file) is null)];
        string[] folders = [.. below.Select(file => Path.GetRelativePath(folder, Path.GetDirectoryName(file)!)).Distinct().Order(StringComparer.Ordinal)];
        return below.Length == 0 ? "" : $"; {below.Length} pictures in the folders below it ({string.Join(", ", folders.Take(3))}{(folders.Length > 3 ? ", ..." : "")}): name these";
    }
}
