using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>The pictures of a folder, without what labels or draws them.</summary>
/// <param name="Files">Full names in the order of the names.</param>
/// <param name="PassedOver">What else is there, by kind and number; empty: nothing.</param>
internal sealed record PictureFiles(IReadOnlyList<string> Files, string PassedOver)
{
    private static readonly string[] NoPictures = ["_label", "_fg", "_overlay", "_masks", "_ignored"];

    /// <param name="folder">To look into.</param>
    /// <param name="recursive">Look into the folders below it too.</param>
    /// <exception cref="DatasetException">There is no picture.</exception>
    public static PictureFiles In(string folder, bool recursive = false)
    {
        string[] all = [.. Directory.EnumerateFiles(folder, "*", recursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly).Order(StringComparer.Ordinal)];
        string[] pictures = [.. all.Where(file => KindPassedOver(file) is null)];
        string passedOver = PictureNames.Count(all.Select(KindPassedOver).OfType<string>());
        if (pictures.Length > 0)
        {
            return new PictureFiles(pictures, passedOver);
        }

        string below = recursive ? "" : PictureNames.Below(folder, file => KindPassedOver(file) is null);
        throw new DatasetException(
            $"{folder}: no PNG, JPEG, TIFF, BMP or WebP picture in it{(passedOver.Length > 0 ? $", found {passedOver}" : "")}{(below.Length > 0 ? $"; {below}: name these" : "")}");
    }

    /// <returns>Null: it is a picture.</returns>
    private static string? KindPassedOver(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        return !PictureNames.IsPicture(file) ? PictureNames.KindOf(file)
            : NoPictures.FirstOrDefault(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase)) is string label ? $"*{label}"
            : null;
    }
}
