using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>A picture to predict, and the files that come of it.</summary>
internal sealed record PredictedPicture
{
    /// <summary>The picture, read and never written.</summary>
    public required string Source { get; init; }

    /// <summary>Of a TIFF file, 1 being the first.</summary>
    public int Page { get; init; } = 1;

    /// <summary>The file has further pages, so that it does not stand for this picture.</summary>
    public bool IsPage { get; init; }

    /// <summary>What it is called in tables: the file's name, with its folder where folders are looked into, and its page.</summary>
    public required string Name { get; init; }

    public required string Label { get; init; }

    public required string Overlay { get; init; }

    /// <summary>All pictures that are named, by themselves or by their folder, each once.</summary>
    /// <param name="paths">Pictures and folders.</param>
    /// <param name="folder">Where files are written.</param>
    /// <param name="recursive">Look into the folders below those that are named; they are made below <paramref name="folder"/> too.</param>
    /// <param name="page">Of each TIFF file; null: every page is a picture.</param>
    /// <param name="passedOver">Gets what else there is in a folder.</param>
    /// <exception cref="DatasetException">No such file or folder, or a folder without a picture.</exception>
    /// <exception cref="SettingsException">Two pictures would be written under one name.</exception>
    public static IReadOnlyList<PredictedPicture> Plan(IEnumerable<string> paths, string folder, bool recursive, int? page, Action<string> passedOver)
    {
        List<PredictedPicture> pictures = [];
        Dictionary<string, string> sourceOf = [];
        HashSet<string> seen = [];
        foreach ((string source, string shown) in paths.SelectMany(path => FilesOf(path, recursive, passedOver)).Where(file => seen.Add(file.Source)))
        {
            int all = PictureFile.PagesOf(source), pages = page is null ? all : 1;
            for (int i = 1; i <= pages; i++)
            {
                string stem = PictureNames.StemOf(shown);
                string suffix = pages > 1 ? string.Create(CultureInfo.InvariantCulture, $"_page{i}") : "";
                if (!sourceOf.TryAdd(stem + suffix, source))
                {
                    throw new SettingsException(
                        $"{source} and {sourceOf[stem + suffix]} would both be written as {stem}{suffix}{LabelPictureFolder.LabelSuffix}; predict them into folders of their own.");
                }

                pictures.Add(new PredictedPicture
                {
                    Source = source,
                    Page = page ?? i,
                    IsPage = all > 1,
                    Name = suffix.Length == 0 ? shown : $"{Path.ChangeExtension(shown, null)}{suffix}{Path.GetExtension(shown)}",
                    Label = Path.Combine(folder, $"{stem}{suffix}{LabelPictureFolder.LabelSuffix}"),
                    Overlay = Path.Combine(folder, $"{stem}{suffix}_overlay.jpg"),
                });
            }
        }

        return pictures;
    }

    /// <summary>Sees that nothing is in the way, before anything is written.</summary>
    /// <exception cref="DatasetException">A file is there already, or is one of the pictures.</exception>
    public static void RequireFree(IReadOnlyList<PredictedPicture> pictures, IEnumerable<string> tables, bool force)
    {
        string[] written = [.. pictures.SelectMany(p => new[] { p.Label, p.Overlay }), .. tables];
        HashSet<string> read = [.. pictures.Select(p => p.Source)];
        if (written.FirstOrDefault(read.Contains) is { } input)
        {
            throw new DatasetException($"{input}: is one of the pictures and would be written over; choose another --out");
        }

        if (written.CountBy(file => file).FirstOrDefault(file => file.Value > 1).Key is { } twice)
        {
            throw new DatasetException($"{twice}: two pictures would be written under this name; predict them into folders of their own");
        }

        string[] there = force ? [] : [.. written.Where(File.Exists)];
        if (there.Length > 0)
        {
            throw new DatasetException(
                $"{there[0]}: is there already, and {there.Length - 1} more; choose another --out, or --force to write over them");
        }
    }

    private static IEnumerable<(string Source, string Shown)> FilesOf(string path, bool recursive, Action<string> passedOver)
    {
        if (File.Exists(path))
        {
            return [(Path.GetFullPath(path), Path.GetFileName(path))];
        }

        if (!Directory.Exists(path))
        {
            throw new DatasetException($"{path}: no such file or folder; expected a picture, or a folder of pictures");
        }

        string root = Path.GetFullPath(path);
        PictureFiles files = PictureFiles.In(path, recursive);
        if (files.PassedOver.Length > 0)
        {
            passedOver($"{path}: passed over {files.PassedOver}");
        }

        return files.Files.Select(Path.GetFullPath).Select(file => (file, Path.GetRelativePath(root, file)));
    }
}
