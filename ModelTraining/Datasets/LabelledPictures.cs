using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>Pictures with their true leaves, whatever the layout on disk. Reading is safe from several threads at once.</summary>
internal abstract class LabelledPictures
{
    /// <summary>What CVAT and PhenoBench lay beside pictures and leaves.</summary>
    private static readonly HashSet<string> FoldersBeside = new(StringComparer.OrdinalIgnoreCase)
    {
        "SegmentationClass", "ImageSets", "semantics", "plant_instances", "plant_visibility", "leaf_visibility",
    };

    private readonly ConcurrentDictionary<int, IReadOnlyList<Finding>> seen = [];

    /// <param name="folder">As the person named it.</param>
    /// <param name="names">In the order in which they are read.</param>
    /// <param name="findings">What was odd before any file was opened.</param>
    /// <param name="rules">How labels are read.</param>
    protected LabelledPictures(string folder, IReadOnlyList<string> names, IReadOnlyList<Finding> findings, ReadingRules rules)
    {
        Rules = rules;
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
    public IReadOnlyList<Finding> Findings { get; private set; }

    /// <summary>What was odd about the folder and about the pictures that were read so far.</summary>
    public IReadOnlyList<Finding> Seen => [.. Findings, .. seen.Values.SelectMany(findings => findings)];

    protected ReadingRules Rules { get; }

    /// <summary>Every file that is read, below <see cref="Folder"/>, always in the same order.</summary>
    protected abstract IEnumerable<string> Files { get; }

    /// <summary>Files that are known and not read, below <see cref="Folder"/>.</summary>
    protected virtual IEnumerable<string> FilesLeftOut => [];

    /// <summary>Opens whatever layout <paramref name="path"/> holds, to be used as it is.</summary>
    /// <exception cref="DatasetException">No such folder, nothing in it that can be read, or a picture or mask without the other.</exception>
    public static LabelledPictures Open(string path, ReadingRules? rules = null)
    {
        LabelledPictures pictures = Recognise(path, rules);
        Finding[] lone = [.. pictures.Findings.Where(finding => finding.LeavesOut)];
        if (lone.Length > 0)
        {
            throw new DatasetException(
                $"{path}: {lone.Length} pictures or label files cannot be used; add what is missing, or let 'leafseg-train prepare' leave them out and count them:"
                + Environment.NewLine + string.Join(Environment.NewLine, FindingSummary.Lines(lone)),
                lone[0].Kind);
        }

        return pictures.Count > 0 ? pictures : throw new DatasetException($"{path}: no pictures in it");
    }

    /// <summary>Opens whatever layout <paramref name="path"/> holds; what is odd is in <see cref="Findings"/>.</summary>
    /// <exception cref="DatasetException">No such folder, or no layout that is known.</exception>
    public static LabelledPictures Recognise(string path, ReadingRules? rules = null)
    {
        LabelledPictures pictures = Layouts.Open(path, rules ?? ReadingRules.Default);
        pictures.CountPassedOver();
        return pictures;
    }

    /// <summary>Adds to the findings what else is in the folder: neither a picture with labels nor reported already.</summary>
    private void CountPassedOver()
    {
        if (!Directory.Exists(Folder))
        {
            return;
        }

        HashSet<string> known = [.. Files, .. FilesLeftOut, .. Findings.Select(finding => finding.Where)];
        string[] kinds =
        [
            .. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Below(Folder, file)).Where(file => !known.Contains(file) && !IsBeside(file))
                .Select(file => PictureNames.IsPicture(file) ? $"{Path.GetExtension(file).ToLowerInvariant()} without labels" : PictureNames.KindOf(file)),
        ];
        if (kinds.Length > 0)
        {
            Findings = [.. Findings, new Finding(FindingKind.PassedOver, Folder, PictureNames.Count(kinds), kinds.Length)];
        }
    }

    /// <summary>Files that belong to a layout and hold no leaf of their own.</summary>
    private static bool IsBeside(string file) =>
        Path.GetFileName(file) is "data.yaml" or "classes.txt" or "labelmap.txt" or PreparedFolder.Index or PreparedFolder.Report
        || Path.GetFileNameWithoutExtension(file).EndsWith("_fg", StringComparison.OrdinalIgnoreCase)
        || file.Split('/')[..^1].Any(FoldersBeside.Contains);

    /// <summary>The file of picture number <paramref name="index"/>.</summary>
    public abstract string PictureFileOf(int index);

    /// <summary>Sees that there are leaves and that not too many labels are lost, before anything is trained or scored.</summary>
    /// <exception cref="DatasetException">See <see cref="LabelLoss.Check"/>.</exception>
    public virtual void RequireWhole(CancellationToken cancellation)
    {
        // Pixels are what they are; only a folder without any leaf is to be found, and the first picture mostly has one.
        for (int i = 0; i < Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Read(i).Labels.Labels.AsSpan().ContainsAnyExcept((ushort)0))
            {
                return;
            }
        }

        LabelLoss.Check(Folder, 0, Seen, Rules);
    }

    /// <summary>Reads picture number <paramref name="index"/>: RGB, and labels of its own size with 0 for the background.</summary>
    /// <exception cref="ImageFileException">A file is not a whole picture.</exception>
    /// <exception cref="DatasetException">The mask cannot be used, or does not belong to the picture.</exception>
    public LeafPicture Read(int index)
    {
        List<Finding> findings = [];
        (RgbImage image, LabelMap labels, LabelMap? ignored) = Read(index, findings);
        if (ignored is not null && (ignored.Width != image.Width || ignored.Height != image.Height))
        {
            throw new DatasetException(
                $"{Names[index]}: ignored regions of {ignored.Width}x{ignored.Height} for a picture of {image.Width}x{image.Height}; they must be of one size",
                FindingKind.SizesDiffer);
        }

        if (labels.Labels.AsSpan().IndexOfAnyExcept((ushort)0) < 0)
        {
            findings.Add(new Finding(FindingKind.NoLeaves, Names[index], "no leaf is labelled"));
        }
        else if (!Rules.OneLeaf)
        {
            LabelledLeaves.RequireIndividualLeaves(labels, LabelFileOf(index));
        }

        seen[index] = findings;
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

    /// <summary>The picture, its leaves, and regions that are neither leaf nor ground; null where there are none.</summary>
    protected abstract (RgbImage Image, LabelMap Labels, LabelMap? Ignored) Read(int index, List<Finding> findings);

    /// <summary>The file of a picture's labels, for errors.</summary>
    protected virtual string LabelFileOf(int index) => $"{Folder}, {Names[index]}";

    /// <summary>The page to read where labels are of one picture.</summary>
    /// <exception cref="DatasetException">All pages are requested, and the file has several.</exception>
    protected int OnlyPage(string file) => Rules.Page is int page ? page
        : PictureFile.PagesOf(file) is > 1 and int pages
            ? throw new DatasetException($"{file}: {pages} pages, and labels for one of them; name it with --page N", FindingKind.SizesDiffer)
            : 1;

    /// <summary>
    /// Sees that labels belong to a picture. Tools show pictures upright and label them so; a tool that knows no EXIF
    /// labels them as stored, which shows where width and height change places.
    /// </summary>
    /// <returns>Whether the labels are of the picture as stored.</returns>
    /// <exception cref="DatasetException">Their sizes differ.</exception>
    protected static bool IsAsStored(DecodedPicture picture, int width, int height, string mask)
    {
        RgbImage image = picture.Image;
        if (image.Width == width && image.Height == height)
        {
            return false;
        }

        bool swapped = image.Width == height && image.Height == width;
        if (swapped && picture.Format.Orientation.SwapsSides())
        {
            return true;
        }

        throw new DatasetException(
            $"{mask}: for a picture of {width}x{height}, but the picture is {image.Width}x{image.Height}; "
            + (swapped
                ? "one of the two is turned by 90°: a tool has dropped the picture's EXIF orientation, or turned it; label the very file that is named, or turn one of them back"
                : "they must be of one size"),
            FindingKind.SizesDiffer);
    }

    /// <summary>Rotates labels of a picture as stored, and reports it.</summary>
    protected static LabelMap TurnLabels(LabelMap labels, DecodedPicture picture, string name, List<Finding> findings)
    {
        findings.Add(new Finding(FindingKind.TurnedLabels, name, $"labels of {labels.Width}x{labels.Height}, EXIF orientation {(int)picture.Format.Orientation}"));
        return Upright.Turn(labels, picture.Format.Orientation);
    }

    /// <summary>A path below a folder, with '/' on every system.</summary>
    protected static string Below(string folder, string path) => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
}
