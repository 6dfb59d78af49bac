using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>Pictures with their true leaves, whatever the layout on disk. Reading is safe from several threads at once.</summary>
internal abstract class LabelledPictures
{
    private readonly ConcurrentDictionary<(int Picture, FindingKind Kind), Finding> seen = [];

    /// <param name="folder">As the person named it.</param>
    /// <param name="names">In the order in which they are read.</param>
    /// <param name="findings">What was odd before any file was opened.</param>
    protected LabelledPictures(string folder, IReadOnlyList<string> names, IReadOnlyList<Finding> findings)
    {
        Folder = folder;
        Names = names;
        Findings = findings;
    }

    /// <summary>Where the pictures were opened, as the person named it.</summary>
    public string Folder { get; }

    /// <summary>What the layout is called.</summary>
    public abstract string Layout { get; }

    /// <summary>What the pictures are called, in the order in which they are read; '/' between folders.</summary>
    public IReadOnlyList<string> Names { get; }

    public int Count => Names.Count;

    /// <summary>What is odd about the folder as a whole; what is odd about a picture comes with it.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>What was odd about the folder and about the pictures that were read so far.</summary>
    public IReadOnlyList<Finding> Seen => [.. Findings, .. seen.Values];

    /// <summary>Every file that is read, below <see cref="Folder"/>, always in the same order.</summary>
    protected abstract IEnumerable<string> Files { get; }

    /// <summary>Opens whatever layout <paramref name="path"/> holds, to be used as it is.</summary>
    /// <exception cref="DatasetException">No such folder, nothing in it that can be read, or a picture or mask without the other.</exception>
    public static LabelledPictures Open(string path)
    {
        LabelledPictures pictures = Recognise(path);
        Finding[] lone = [.. pictures.Findings.Where(finding => finding.LeavesOut)];
        if (lone.Length > 0)
        {
            throw new DatasetException(
                $"{path}: {lone.Length} pictures or masks stand alone, {lone[0].Where} first ({lone[0].Text}); "
                + "add what is missing, or let 'leafseg-train prepare' leave them out and count them");
        }

        return pictures.Count > 0 ? pictures : throw new DatasetException($"{path}: no pictures in it");
    }

    /// <summary>Opens whatever layout <paramref name="path"/> holds; what is odd is told by <see cref="Findings"/>.</summary>
    /// <exception cref="DatasetException">No such folder, or no layout that is known.</exception>
    public static LabelledPictures Recognise(string path)
    {
        if (File.Exists(path))
        {
            return CocoFile.Open(path);
        }

        if (!Directory.Exists(path))
        {
            throw new DatasetException($"{path}: no such file or folder; expected pictures with their masks");
        }

        return PreparedFolder.TryOpen(path) ?? LeafMaskFolders.TryOpen(path) ?? LabelPictureFolder.TryOpen(path) ?? CocoFile.TryOpen(path)
            ?? throw new DatasetException(
                $"{path}: {(Directory.EnumerateFileSystemEntries(path).Any() ? "no labelled pictures" : "the folder is empty")}; expected "
                + "NAME_rgb.png with NAME_label.png, ID/images with ID/masks, or one COCO .json file "
                + $"('leafseg-train synth --out {path}' would render some)");
    }

    /// <summary>Reads picture number <paramref name="index"/>: RGB, and labels of its own size with 0 for the background.</summary>
    /// <exception cref="ImageFileException">A file is not a whole picture.</exception>
    /// <exception cref="DatasetException">The mask cannot be used, or does not belong to the picture.</exception>
    public LeafPicture Read(int index)
    {
        List<Finding> findings = [];
        (RgbImage image, LabelMap labels) = Read(index, findings);
        if (labels.Labels.AsSpan().IndexOfAnyExcept((ushort)0) < 0)
        {
            findings.Add(new Finding(FindingKind.NoLeaves, Names[index], "no leaf is labelled"));
        }

        foreach (Finding finding in findings)
        {
            seen.TryAdd((index, finding.Kind), finding);
        }

        LabelMap? ignored = ReadIgnored(index);
        if (ignored is not null)
        {
            RequireOneSize(image, ignored.Width, ignored.Height, $"{Names[index]}, ignored regions");
        }

        return new LeafPicture(Names[index], image, labels) { Findings = findings, Ignored = ignored };
    }

    /// <summary>"sha256:..." over the names and bytes of all files that are read, the same wherever the folder lies.</summary>
    public string Digest(CancellationToken cancellation)
    {
        string root = File.Exists(Folder) ? Path.GetDirectoryName(Path.GetFullPath(Folder))! : Folder;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Files)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(SHA256.HashData(PictureFile.ReadBytes(Path.Combine(root, file))));
        }

        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    protected abstract (RgbImage Image, LabelMap Labels) Read(int index, List<Finding> findings);

    /// <summary>What training leaves out of a picture; null where the layout or the picture has nothing of the kind.</summary>
    protected virtual LabelMap? ReadIgnored(int index) => null;

    /// <exception cref="DatasetException">They differ.</exception>
    protected static void RequireOneSize(RgbImage image, int width, int height, string mask)
    {
        if (image.Width != width || image.Height != height)
        {
            throw new DatasetException(
                $"{mask}: for a picture of {width}x{height}, but the picture is {image.Width}x{image.Height}; they must be of one size",
                FindingKind.SizesDiffer);
        }
    }

    /// <summary>A path below a folder, with '/' on every system.</summary>
    protected static string Below(string folder, string path) => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
}
