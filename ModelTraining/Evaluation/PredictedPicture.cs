using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>A picture to predict, and the files that come of it.</summary>
internal sealed record PredictedPicture
{
    private const string PictureSuffix = "_rgb";

    /// <summary>The picture, read and never written.</summary>
    public required string Source { get; init; }

    public required string Label { get; init; }

    public required string Overlay { get; init; }

    /// <summary>All pictures that are named, by themselves or by their folder, each once.</summary>
    /// <exception cref="DatasetException">No such file or folder, or a folder without a picture.</exception>
    /// <exception cref="SettingsException">Two pictures would be written under one name.</exception>
    public static IReadOnlyList<PredictedPicture> Plan(IEnumerable<string> paths, string folder)
    {
        List<PredictedPicture> pictures = [];
        Dictionary<string, string> sourceOf = [];
        foreach (string source in paths.SelectMany(FilesOf).Select(Path.GetFullPath).Distinct())
        {
            string name = Path.GetFileNameWithoutExtension(source);
            name = name.EndsWith(PictureSuffix, StringComparison.OrdinalIgnoreCase) && name.Length > PictureSuffix.Length
                ? name[..^PictureSuffix.Length]
                : name;
            if (!sourceOf.TryAdd(name, source))
            {
                throw new SettingsException(
                    $"{source} and {sourceOf[name]} would both be written as {name}_label.png; predict them into folders of their own.");
            }

            pictures.Add(new PredictedPicture
            {
                Source = source,
                Label = Path.Combine(folder, $"{name}_label.png"),
                Overlay = Path.Combine(folder, $"{name}_overlay.jpg"),
            });
        }

        return pictures;
    }

    /// <summary>Sees that nothing is in the way, before anything is written.</summary>
    /// <exception cref="DatasetException">A file is there already, or is one of the pictures.</exception>
    public static void RequireFree(IReadOnlyList<PredictedPicture> pictures, string folder, bool force)
    {
        string[] written = [.. pictures.SelectMany(p => new[] { p.Label, p.Overlay }), .. TraitTable.FilesIn(folder)];
        HashSet<string> read = [.. pictures.Select(p => p.Source)];
        if (written.FirstOrDefault(read.Contains) is { } input)
        {
            throw new DatasetException($"{input}: is one of the pictures and would be written over; choose another --out");
        }

        string[] there = force ? [] : [.. written.Where(File.Exists)];
        if (there.Length > 0)
        {
            throw new DatasetException(
                $"{there[0]}: is there already, and {there.Length - 1} more; choose another --out, or --force to write over them");
        }
    }

    private static IEnumerable<string> FilesOf(string path) =>
        Directory.Exists(path) ? PictureFiles.In(path)
        : File.Exists(path) ? [path]
        : throw new DatasetException($"{path}: no such file or folder; expected a picture, or a folder of pictures");
}
