using LeafSeg.ModelTraining.Datasets;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>The pictures of a folder, without what labels or draws them.</summary>
internal static class PictureFiles
{
    private static readonly string[] Extensions = [".PNG", ".JPG", ".JPEG", ".TIF", ".TIFF", ".BMP"];
    private static readonly string[] NoPictures = ["_label", "_fg", "_overlay"];

    /// <summary>Full names in the order of the names; folders inside are not looked into.</summary>
    /// <exception cref="DatasetException">There is no picture.</exception>
    public static IReadOnlyList<string> In(string folder)
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(folder).Where(IsPicture).Order(StringComparer.Ordinal),
        ];
        return files.Length > 0
            ? files
            : throw new DatasetException($"{folder}: no PNG, JPEG, TIFF or BMP picture in it");
    }

    private static bool IsPicture(string file) =>
        Extensions.Contains(Path.GetExtension(file).ToUpperInvariant())
        && !NoPictures.Any(end => Path.GetFileNameWithoutExtension(file).EndsWith(end, StringComparison.OrdinalIgnoreCase));
}
