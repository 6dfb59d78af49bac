using System.Globalization;
using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>
/// Pictures in one folder and labels of the same names in another: PhenoBench (<c>images</c>, <c>leaf_instances</c>), and what
/// CVAT calls "Segmentation mask" and Pascal VOC began (<c>JPEGImages</c>, <c>SegmentationObject</c>; <c>SegmentationClass</c> and
/// <c>labelmap.txt</c> say which objects are leaves).
/// </summary>
internal sealed class PairedFolders : LabelPictures
{
    private const string Objects = "SegmentationObject";
    private const string Classes = "SegmentationClass";
    private const string LabelMapName = "labelmap.txt";
    private const string Leaves = "leaf_instances";

    /// <summary>Colours of classes that are no leaves; null: every object is a leaf.</summary>
    private readonly HashSet<int>? otherClasses;

    private PairedFolders(string folder, string layout, HashSet<int>? otherClasses, IReadOnlyList<Pair> pairs, IReadOnlyList<Finding> findings, ReadingRules rules)
        : base(folder, Paged(pairs, rules), findings, rules)
    {
        Layout = layout;
        this.otherClasses = otherClasses;
    }

    public override string Layout { get; }

    /// <returns>Null where the folder has neither folder of labels.</returns>
    /// <exception cref="DatasetException">The class of leaves is ambiguous, or the folder of pictures is missing.</exception>
    public static LabelledPictures? TryOpen(string folder, ReadingRules rules)
    {
        if (Directory.Exists(FileFinder.Folder(folder, Leaves)))
        {
            return Open(folder, Leaves, ["images"], "PhenoBench", null, [], rules);
        }

        if (Directory.Exists(FileFinder.Folder(folder, Objects)))
        {
            List<Finding> findings = [];
            return Open(folder, Objects, ["JPEGImages", "images", "."], "CVAT segmentation mask (Pascal VOC)", OtherClasses(folder, rules, findings), findings, rules);
        }

        // A release of PhenoBench as a whole has its splits below.
        string[] splits = [.. Directory.EnumerateDirectories(folder).Where(split => Directory.Exists(FileFinder.Folder(split, Leaves))).Order(StringComparer.Ordinal)];
        return splits.Length switch
        {
            0 => null,
            1 => TryOpen(splits[0], rules),
            _ => throw new DatasetException($"{folder}: holds {string.Join(", ", splits.Select(split => Path.GetFileName(split)))}; name one of these folders"),
        };
    }

    protected override LabelMap Check(int index, LabelMap labels, List<Finding> findings)
    {
        string path = Path.Combine(FileFinder.Folder(Folder, Classes), Names[index] + ".png");
        if (otherClasses is null || otherClasses.Count == 0 || !File.Exists(path))
        {
            return labels;
        }

        RgbImage classes = ImageFile.Read(path);
        if (classes.Width != labels.Width || classes.Height != labels.Height)
        {
            throw new DatasetException($"{path}: {classes.Width}x{classes.Height}, but its objects are {labels.Width}x{labels.Height}; they must be of one size", FindingKind.SizesDiffer);
        }

        ushort[] leaves = [.. labels.Labels.Select((label, i) => otherClasses.Contains(Colour(classes, i)) ? (ushort)0 : label)];
        return new LabelMap(labels.Width, labels.Height, leaves);
    }

    private static PairedFolders Open(
        string folder, string labels, string[] pictureFolders, string layout, HashSet<int>? otherClasses, List<Finding> findings, ReadingRules rules)
    {
        string pictures = pictureFolders.Select(name => FileFinder.Folder(folder, name)).FirstOrDefault(place => Directory.Exists(place) && Pictures(place).Length > 0)
            ?? throw new DatasetException($"{Path.Combine(folder, labels)}: labels without pictures, expected them in {string.Join(" or ", pictureFolders)} beside it; export them with the labels (CVAT: \"Save images\")");
        Dictionary<string, string> pictureOf = ByStem(pictures), labelsOf = ByStem(FileFinder.Folder(folder, labels));
        findings.AddRange(pictureOf.Keys.Except(labelsOf.Keys).Order(StringComparer.Ordinal)
            .Select(name => new Finding(FindingKind.PictureWithoutMask, Below(folder, pictureOf[name]), $"no {name} in {labels}")));
        findings.AddRange(labelsOf.Keys.Except(pictureOf.Keys).Order(StringComparer.Ordinal)
            .Select(name => new Finding(FindingKind.MaskWithoutPicture, Below(folder, labelsOf[name]), $"no {name} in {Path.GetFileName(pictures)}")));
        Pair[] pairs = [.. labelsOf.Keys.Where(pictureOf.ContainsKey).Order(StringComparer.Ordinal).Select(name => new Pair(name, pictureOf[name], labelsOf[name]))];
        return new PairedFolders(folder, layout, otherClasses, pairs, findings, rules);
    }

    /// <summary>CVAT's <c>labelmap.txt</c>: lines of <c>label:r,g,b:parts:actions</c>.</summary>
    private static HashSet<int>? OtherClasses(string folder, ReadingRules rules, List<Finding> findings)
    {
        string path = Path.Combine(folder, LabelMapName);
        if (!File.Exists(path))
        {
            return null;
        }

        List<(string Name, int Colour)> classes = [];
        foreach (string[] cells in File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(':')))
        {
            if (cells.Length < 2 || Colour(cells[1]) is not int colour)
            {
                findings.Add(new Finding(FindingKind.OddEntry, LabelMapName, $"\"{string.Join(':', cells)}\", expected a name and three numbers from 0 to 255 as in leaf:255,0,0::"));
            }
            else if (colour != 0 && !cells[0].Equals("background", StringComparison.OrdinalIgnoreCase))
            {
                classes.Add((cells[0], colour));
            }
        }

        bool[] taken = LeafCategories.Choose(LabelMapName, [.. classes.Select(one => (one.Name, 1))], rules, findings);
        return [.. classes.Where((_, i) => !taken[i]).Select(one => one.Colour)];
    }

    private static int? Colour(string cell)
    {
        string[] parts = cell.Split(',');
        return parts.Length == 3 && parts.All(part => byte.TryParse(part, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out _))
            ? parts.Aggregate(0, (colour, part) => (colour << 8) | byte.Parse(part, CultureInfo.InvariantCulture))
            : null;
    }

    private static int Colour(RgbImage picture, int pixel) =>
        (picture.Pixels[pixel * 3] << 16) | (picture.Pixels[(pixel * 3) + 1] << 8) | picture.Pixels[(pixel * 3) + 2];

    private static Dictionary<string, string> ByStem(string folder)
    {
        Dictionary<string, string> files = [];
        foreach (string file in Pictures(folder))
        {
            files.TryAdd(Path.ChangeExtension(Below(folder, file), null), file);
        }

        return files;
    }

    private static string[] Pictures(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(PictureNames.IsPicture).Order(StringComparer.Ordinal)];
}
