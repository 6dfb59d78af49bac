using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>
/// Ultralytics' segmentation text: <c>images/SPLIT</c> and <c>labels/SPLIT</c>, or <c>SPLIT/images</c> and <c>SPLIT/labels</c>, in the
/// labels a line a leaf (class, then x and y as shares of the picture), and the names of the classes in <c>data.yaml</c>.
/// </summary>
internal sealed class YoloFolder : AnnotatedPictures
{
    private const string Images = "images";
    private const string Labels = "labels";
    private const int Decimals = 3;

    private readonly IReadOnlyList<string?> labelFiles;
    private readonly HashSet<int> classes;
    private readonly HashSet<int> leafClasses;

    private YoloFolder(
        string path, string root, IReadOnlyList<(string Name, string File)> pictures, IReadOnlyList<string?> labelFiles, HashSet<int> classes, HashSet<int> leafClasses,
        IReadOnlyList<Finding> findings, ReadingRules rules)
        : base(path, root, pictures, findings, rules)
    {
        this.labelFiles = labelFiles;
        this.classes = classes;
        this.leafClasses = leafClasses;
    }

    public override string Layout => "YOLO segmentation text (Ultralytics)";

    protected override IEnumerable<string> LabelFiles => labelFiles.OfType<string>();

    public static bool IsSettings(string path) => Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml";

    /// <summary>A data.yaml: its folder.</summary>
    public static new LabelledPictures Open(string settings, ReadingRules rules) =>
        TryOpen(Path.GetDirectoryName(Path.GetFullPath(settings))!, rules)
        ?? throw new DatasetException($"{settings}: no folders images and labels beside it, expected YOLO segmentation; name the folder of one split");

    /// <returns>Null where there are no such folders with text files.</returns>
    /// <exception cref="DatasetException">Several splits: one has to be named.</exception>
    public static LabelledPictures? TryOpen(string folder, ReadingRules rules)
    {
        folder = Path.TrimEndingDirectorySeparator(folder);
        (string Images, string Labels)[] splits = [.. Splits(Path.GetFullPath(folder)).Where(split => Directory.Exists(split.Images) && HasTexts(split.Labels))];
        return splits.Length switch
        {
            0 => null,
            1 => Open(folder, splits[0].Images, splits[0].Labels, rules),
            _ => throw new DatasetException($"{folder}: holds several splits, name the pictures of one: {string.Join(" or ", splits.Select(split => split.Images))}"),
        };
    }

    protected override (int Width, int Height)? SizeOf(int index) => null;

    protected override IEnumerable<AnnotatedLeaf> LeavesOf(int index, List<Finding> findings)
    {
        if (labelFiles[index] is not string file)
        {
            yield break;
        }

        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            string[] cells = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (cells.Length == 0 || (ClassOf(cells) is int found && classes.Contains(found) && !leafClasses.Contains(found)))
            {
                continue;
            }

            if (ClassOf(cells) is int unlisted && !classes.Contains(unlisted))
            {
                findings.Add(new Finding(FindingKind.BadAnnotation, Names[index], $"line {number} of {Path.GetFileName(file)}: the class {unlisted}, which the settings do not list"));
                continue;
            }

            yield return new AnnotatedLeaf($"line {number} of {Path.GetFileName(file)}", IsCrowd: false, (width, height) => Draw(cells, width, height));
        }
    }

    private static YoloFolder Open(string folder, string images, string labels, ReadingRules rules)
    {
        string[] pictures = [.. Directory.EnumerateFiles(images, "*", SearchOption.AllDirectories).Where(PictureNames.IsPicture).Order(StringComparer.Ordinal)];
        (string Name, string File)[] named = [.. pictures.Select(file => (Path.ChangeExtension(Below(images, file), null), file))];
        string[] texts = [.. Texts(labels, SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "classes.txt").Order(StringComparer.Ordinal)];
        ILookup<string, string> textOf = texts.ToLookup(file => Path.ChangeExtension(Below(labels, file), null), StringComparer.OrdinalIgnoreCase);
        string?[] labelFiles = [.. named.Select(picture => textOf[picture.Name].OrderBy(file => file.EndsWith($"/{picture.Name}.txt", StringComparison.Ordinal) ? 0 : 1).FirstOrDefault())];
        List<Finding> findings =
        [
            .. texts.Except(labelFiles.OfType<string>()).Select(file => new Finding(FindingKind.MaskWithoutPicture, Below(labels, file), $"no picture of that name in {images}")),
        ];
        IReadOnlyDictionary<int, string> names = YoloSettings.ClassNames(labels);
        Dictionary<int, int> counts = labelFiles.OfType<string>().SelectMany(File.ReadLines)
            .Select(line => ClassOf(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).OfType<int>().CountBy(number => number).ToDictionary();
        // A number that the settings do not list is a mistake, unless they list none that is used.
        int[] classes = [.. names.Keys.Any(counts.ContainsKey) ? names.Keys.Order() : names.Keys.Union(counts.Keys).Order()];
        bool[] taken = LeafCategories.Choose(
            Path.GetFileName(folder), [.. classes.Select(number => (names.GetValueOrDefault(number) ?? number.ToString(CultureInfo.InvariantCulture), counts.GetValueOrDefault(number)))],
            rules, findings);
        return new YoloFolder(folder, Path.GetFullPath(folder), named, labelFiles, [.. classes], [.. classes.Where((_, i) => taken[i])], findings, rules);
    }

    private static DrawnLeaf Draw(string[] cells, int width, int height)
    {
        if (ClassOf(cells) is null)
        {
            throw new FormatException($"the class \"{cells[0]}\", expected its number");
        }

        if (cells.Length == 5)
        {
            throw new FormatException("a box alone is no mask; export segmentation instead of detection");
        }

        double[] numbers = new double[cells.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            if (!double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
            {
                throw new FormatException($"\"{cells[i]}\" in the place of a number, expected a class and then x and y as shares of the picture");
            }
        }

        // Shares are rounded: what was half a pixel is one again.
        double[] ring = [.. numbers.Skip(1).Select((share, i) => Math.Round(share * (i % 2 == 0 ? width : height), Decimals))];
        return numbers.Skip(1).Any(share => share is not (>= -.5 and <= 1.5))
            ? throw new FormatException($"the coordinate {numbers.Skip(1).Max():0.###}, expected shares of the picture from 0 to 1")
            : DrawnLeaf.OfRings([ring], width, height);
    }

    private static int? ClassOf(string[] cells) =>
        cells.Length > 0 && double.TryParse(cells[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue ? (int)number : null;

    /// <summary>Where a split's pictures and labels may lie if a person names <paramref name="folder"/>.</summary>
    private static IEnumerable<(string Images, string Labels)> Splits(string folder)
    {
        (string images, string labels) = (FileFinder.Folder(folder, Images), FileFinder.Folder(folder, Labels));
        yield return (images, labels);
        foreach (string below in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            yield return (FileFinder.Folder(below, Images), FileFinder.Folder(below, Labels));
        }

        if (Directory.Exists(images))
        {
            foreach (string split in Directory.EnumerateDirectories(images).Order(StringComparer.Ordinal))
            {
                yield return (split, FileFinder.Folder(labels, Path.GetFileName(split)));
            }
        }

        // The folder of pictures itself: Ultralytics finds the labels by changing the last "images" of the path.
        int at = folder.LastIndexOf($"/{Images}", StringComparison.OrdinalIgnoreCase);
        if (at >= 0 && (at + Images.Length + 1 == folder.Length || folder[at + Images.Length + 1] == '/'))
        {
            yield return (folder, FileFinder.Folder(folder[..at], Labels) + folder[(at + Images.Length + 1)..]);
        }
    }

    private static bool HasTexts(string folder) => Directory.Exists(folder) && Texts(folder, SearchOption.TopDirectoryOnly).Any();

    private static IEnumerable<string> Texts(string folder, SearchOption depth) =>
        Directory.EnumerateFiles(folder, "*", depth).Where(file => file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) && !PictureNames.IsHidden(file));
}
