using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Storage;

namespace LeafSeg.ModelTraining.Training.Reporting;

/// <summary>The drawn validation pictures of a run: overlays/STEP-NAME.jpg in its folder, so that a resumed run's report has the earlier ones.</summary>
internal static class Overlays
{
    public const string FolderName = "overlays";

    public static void Write(string run, int step, string name, RgbImage overlay)
    {
        string folder = Directory.CreateDirectory(Path.Combine(run, FolderName)).FullName;
        string safe = string.Concat(name.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
        byte[] jpeg = ImageFile.Encode(overlay, ".jpg");
        DurableFile.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{step:D8}-{safe}.jpg")), jpeg);
    }

    /// <summary>The pictures by name, each with its steps in order.</summary>
    public static IReadOnlyList<IGrouping<string, (int Step, string Path)>> Read(string run) =>
    [
        .. Files(run).GroupBy(f => Path.GetFileNameWithoutExtension(f.Path)[9..], f => f).OrderBy(g => g.Key, StringComparer.Ordinal),
    ];

    /// <summary>Whether the folder of a run's overlays has no other files in it.</summary>
    public static bool HoldsNothingElse(string run) =>
        Directory.Exists(Path.Combine(run, FolderName))
        && Directory.EnumerateFileSystemEntries(Path.Combine(run, FolderName)).Select(path => Path.GetFileName(path))
            .All(name => name.Length > 9 && name[8] == '-' && name.AsSpan(0, 8).IndexOfAnyExceptInRange('0', '9') < 0);

    /// <summary>Drops what a killed run has drawn after its last checkpoint.</summary>
    public static void DropAfter(string run, int step)
    {
        foreach ((_, string path) in Files(run).Where(f => f.Step > step))
        {
            File.Delete(path);
        }
    }

    private static (int Step, string Path)[] Files(string run)
    {
        string folder = Path.Combine(run, FolderName);
        return Directory.Exists(folder)
            ?
            [
                .. Directory.EnumerateFiles(folder, "????????-*.jpg").Order(StringComparer.Ordinal)
                    .Select(path => (int.Parse(Path.GetFileName(path).AsSpan(0, 8), CultureInfo.InvariantCulture), path)),
            ]
            : [];
    }
}
