using System.Globalization;
using System.Text.Json;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Json;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Masks;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>
/// A JSON file a picture, as labelme writes it. Polygons, rectangles, circles and masks are leaves by their label
/// (<see cref="LeafCategories"/>); shapes of one label and one group_id are one leaf.
/// </summary>
internal sealed class LabelmeFolder : AnnotatedPictures
{
    private readonly IReadOnlyList<Entry> entries;
    private readonly HashSet<string> leafLabels;

    private LabelmeFolder(string path, string root, IReadOnlyList<Entry> entries, HashSet<string> leafLabels, IReadOnlyList<Finding> findings, ReadingRules rules)
        : base(path, root, [.. entries.Select(entry => (entry.Name, entry.Picture))], findings, rules)
    {
        this.entries = entries;
        this.leafLabels = leafLabels;
    }

    public override string Layout => "a JSON file a picture (labelme)";

    protected override IEnumerable<string> LabelFiles => entries.Select(entry => entry.Labels);

    /// <summary>Whether a file is labelme's: an object with shapes, and no COCO.</summary>
    public static bool Is(string path)
    {
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || PictureNames.IsHidden(path))
        {
            return false;
        }

        try
        {
            Utf8JsonReader reader = new(JsonText.Read(path), JsonText.Options);
            bool shapes = false;
            reader.Read();
            while (reader.TokenType != JsonTokenType.StartArray && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("images"u8) || reader.ValueTextEquals("annotations"u8))
                {
                    return false;
                }

                shapes |= reader.ValueTextEquals("shapes"u8);
                reader.Skip();
            }

            return shapes;
        }
        catch (Exception e) when (e is JsonException or DatasetException)
        {
            return false;
        }
    }

    /// <returns>Null where no .json file of the folder is labelme's.</returns>
    public static LabelledPictures? TryOpen(string folder, ReadingRules rules)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Where(file => !PictureNames.IsHidden(file)).Order(StringComparer.Ordinal)];
        return files.Any(Is) ? Open(folder, folder, files, rules) : null;
    }

    /// <summary>One file.</summary>
    public static new LabelledPictures Open(string file, ReadingRules rules) => Open(file, Path.GetDirectoryName(Path.GetFullPath(file))!, [file], rules);

    private static LabelmeFolder Open(string path, string root, string[] files, ReadingRules rules)
    {
        List<Finding> findings = [];
        List<Entry> entries = [];
        foreach (string file in files)
        {
            try
            {
                // JSON of other programs is passed over, and counted with other kinds of file.
                if (LabelmeJson.Read(file) is LabelmeJson labels)
                {
                    Add(file, labels);
                }
            }
            catch (Exception e) when (e is JsonException or DatasetException)
            {
                findings.Add(new Finding(FindingKind.Unreadable, Below(root, file), $"cannot be read as labelme's JSON: {JsonFault.InWords(e)}"));
            }
        }

        if (entries.Count == 0)
        {
            throw LabelLoss.NothingUsable(path, files.Length, findings);
        }

        return new LabelmeFolder(path, root, entries, LeafLabels(path, entries, rules, findings), findings, rules);

        void Add(string file, LabelmeJson labels)
        {
            string where = Below(root, file), folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
            string imagePath = labels.ImagePath is { Length: > 0 } named ? named : Path.GetFileNameWithoutExtension(file) + ".jpg";
            FileFinder finder = new([folder, root, FileFinder.Folder(folder, "images"), FileFinder.Folder(Path.GetDirectoryName(folder) ?? folder, "images")]);
            if (finder.Find(imagePath) is string picture)
            {
                entries.Add(new Entry(Path.ChangeExtension(where, null), file, picture, labels));
                return;
            }

            findings.Add(new Finding(FindingKind.MaskWithoutPicture, where, $"no {imagePath} beside it, which it names"));
        }
    }

    /// <summary>The labels that are leaves; "" among them if shapes without a label are.</summary>
    private static HashSet<string> LeafLabels(string path, List<Entry> entries, ReadingRules rules, List<Finding> findings)
    {
        Dictionary<string, int> counts = entries.SelectMany(entry => entry.Content.Shapes).Where(shape => shape.Odd is null).CountBy(shape => shape.Label ?? "").ToDictionary();
        counts.Remove("", out int nameless);
        string[] names = [.. counts.Keys.Order(StringComparer.Ordinal)];

        // As in COCO: where there is only one class, what has none is of that.
        bool onlyOne = names.Length <= 1;
        bool[] taken = LeafCategories.Choose(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), [.. names.Select(name => (name, counts[name] + (onlyOne ? nameless : 0)))], rules, findings);
        return [.. names.Where((_, i) => taken[i]), .. onlyOne && taken.All(leaf => leaf) ? [""] : Array.Empty<string>()];
    }

    protected override (int Width, int Height)? SizeOf(int index)
    {
        LabelmeJson labels = entries[index].Content;
        if (labels is { Width: > 0, Height: > 0 })
        {
            return (labels.Width, labels.Height);
        }

        RgbImage picture = ImageFile.Read(entries[index].Picture);
        return (picture.Width, picture.Height);
    }

    protected override IEnumerable<AnnotatedLeaf> LeavesOf(int index, List<Finding> findings)
    {
        List<LabelmeJson.Shape> leaves = [];
        foreach (LabelmeJson.Shape shape in entries[index].Content.Shapes)
        {
            string? odd = shape.Odd ?? (string.IsNullOrEmpty(shape.Label) && !leafLabels.Contains("") ? "it has no label, expected the name of a class" : null);
            if (odd is not null)
            {
                findings.Add(new Finding(FindingKind.BadAnnotation, Names[index], $"{shape.Name}: {odd}"));
            }
            else if (leafLabels.Contains(shape.Label ?? ""))
            {
                leaves.Add(shape);
            }
        }

        return leaves.GroupBy(shape => (shape.Label, shape.Group, Place: shape.Group is null ? shape.Place : -1))
            .Select(leaf => new AnnotatedLeaf(leaf.First().Name, IsCrowd: false, (width, height) => Draw([.. leaf], width, height)));
    }

    private static DrawnLeaf Draw(IReadOnlyList<LabelmeJson.Shape> shapes, int width, int height)
    {
        DrawnLeaf[] parts = [.. shapes.Select(shape => Draw(shape, width, height))];
        return parts is [DrawnLeaf only]
            ? only
            : new DrawnLeaf(RunLengthMask.Union([.. parts.Select(part => part.Mask)]), parts.Any(part => part.LeavesPicture), parts.Sum(part => part.Holes));
    }

    private static DrawnLeaf Draw(LabelmeJson.Shape shape, int width, int height)
    {
        IReadOnlyList<double[]> points = shape.Points;
        switch (shape.Type)
        {
            case "polygon":
                return DrawnLeaf.OfRings([[.. points.SelectMany(point => point)]], width, height);
            case "mask" when points.Count == 2 && shape.Mask is string png:
                return DrawMask(png, (int)points[0][0], (int)points[0][1], width, height);
            case "rectangle" when points.Count == 2:
                return DrawnLeaf.OfRings([[points[0][0], points[0][1], points[1][0], points[0][1], points[1][0], points[1][1], points[0][0], points[1][1]]], width, height);
            case "circle" when points.Count == 2:
                double radius = Math.Sqrt(Math.Pow(points[1][0] - points[0][0], 2) + Math.Pow(points[1][1] - points[0][1], 2));
                return DrawnLeaf.OfRings(
                    [[.. Enumerable.Range(0, 64).SelectMany(i => new[] { points[0][0] + (radius * Math.Cos(i * Math.PI / 32)), points[0][1] + (radius * Math.Sin(i * Math.PI / 32)) })]], width, height);
            default:
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"a {shape.Type} of {points.Count} points, expected a polygon, a rectangle, a circle or a mask"));
        }
    }

    /// <summary>labelme keeps a mask as a PNG of its box in base64.</summary>
    private static DrawnLeaf DrawMask(string png, int left, int top, int width, int height)
    {
        byte[] file = Convert.FromBase64String(png);
        using Mat mask = file.Length == 0 ? new Mat() : Cv2.ImDecode(file, ImreadModes.Grayscale);
        if (mask.Empty())
        {
            throw new FormatException("a mask that is not a PNG picture");
        }

        bool leaves = left < 0 || top < 0 || left + mask.Cols > width || top + mask.Rows > height;
        bool[] pixels = new bool[width * height];
        int rows = Math.Min(mask.Rows, height - top), columns = Math.Min(mask.Cols, width - left);
        for (int y = Math.Max(0, -top); y < rows; y++)
        {
            for (int x = Math.Max(0, -left); x < columns; x++)
            {
                pixels[((top + y) * width) + left + x] = mask.At<byte>(y, x) != 0;
            }
        }

        return new DrawnLeaf(RunLengthMask.FromMask(pixels, width, height), leaves, Holes: 0);
    }

    private sealed record Entry(string Name, string Labels, string Picture, LabelmeJson Content);
}
