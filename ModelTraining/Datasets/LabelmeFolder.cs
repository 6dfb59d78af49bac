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
        return files.Length > 0 && Is(files[0]) ? Open(folder, folder, files, rules) : null;
    }

    /// <summary>One file.</summary>
    public static new LabelledPictures Open(string file, ReadingRules rules) => Open(file, Path.GetDirectoryName(Path.GetFullPath(file))!, [file], rules);

    private static LabelmeFolder Open(string path, string root, string[] files, ReadingRules rules)
    {
        List<Finding> findings = [];
        List<Entry> entries = [];
        Dictionary<string, int> counts = [];
        foreach (string file in files)
        {
            string where = Below(root, file);
            LabelmeJson labels;
            try
            {
                labels = JsonSerializer.Deserialize<LabelmeJson>(JsonText.Read(file), LabelmeJson.Options) ?? throw new JsonException("it is null");
            }
            catch (JsonException e)
            {
                findings.Add(new Finding(FindingKind.Unreadable, where, $"cannot be read as labelme's JSON: {JsonFault.InWords(e)}"));
                continue;
            }

            foreach (string label in (labels.Shapes ?? []).Select(shape => shape.Label ?? "").Where(label => label.Length > 0))
            {
                counts[label] = counts.GetValueOrDefault(label) + 1;
            }

            string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
            string imagePath = labels.ImagePath is { Length: > 0 } named ? named : Path.GetFileNameWithoutExtension(file) + ".jpg";
            FileFinder finder = new([folder, root, Path.Combine(folder, "images"), Path.Combine(Path.GetDirectoryName(folder) ?? folder, "images")]);
            if (finder.Find(imagePath) is string picture)
            {
                entries.Add(new Entry(Path.ChangeExtension(where, null), file, picture, labels));
            }
            else
            {
                findings.Add(new Finding(FindingKind.MaskWithoutPicture, where, $"no {imagePath} beside it, which it names"));
            }
        }

        if (entries.Count == 0)
        {
            throw new DatasetException($"{path}: none of its {files.Length} labelme files can be used; first: {findings[0].Where}, {findings[0].Text}", findings[0].Kind);
        }

        string[] names = [.. counts.Keys.Order(StringComparer.Ordinal)];
        bool[] taken = LeafCategories.Choose(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), [.. names.Select(name => (name, counts[name]))], rules, findings);
        return new LabelmeFolder(path, root, entries, [.. names.Where((_, i) => taken[i])], findings, rules);
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
        LabelmeJson.Shape[] shapes = [.. (entries[index].Content.Shapes ?? []).Where(shape => leafLabels.Contains(shape.Label ?? ""))];
        int number = 0;
        return shapes.GroupBy(shape => shape.GroupId is int group ? (shape.Label, group) : ($"{shape.Label} {number++}", -1))
            .Select((leaf, place) => new AnnotatedLeaf($"shape {place + 1} (\"{leaf.First().Label}\")", IsCrowd: false, (width, height) => Draw([.. leaf], width, height)));
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
        double[][] points = [.. shape.Points ?? []];
        if (points.Any(point => point.Length != 2))
        {
            throw new FormatException("a point that is not x and y");
        }

        switch (shape.Type ?? "polygon")
        {
            case "polygon":
                return DrawnLeaf.OfRings([[.. points.SelectMany(point => point)]], width, height);
            case "mask" when points.Length == 2 && shape.Mask is string png:
                return DrawMask(png, (int)points[0][0], (int)points[0][1], width, height);
            case "rectangle" when points.Length == 2:
                return DrawnLeaf.OfRings([[points[0][0], points[0][1], points[1][0], points[0][1], points[1][0], points[1][1], points[0][0], points[1][1]]], width, height);
            case "circle" when points.Length == 2:
                double radius = Math.Sqrt(Math.Pow(points[1][0] - points[0][0], 2) + Math.Pow(points[1][1] - points[0][1], 2));
                return DrawnLeaf.OfRings(
                    [[.. Enumerable.Range(0, 64).SelectMany(i => new[] { points[0][0] + (radius * Math.Cos(i * Math.PI / 32)), points[0][1] + (radius * Math.Sin(i * Math.PI / 32)) })]], width, height);
            default:
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"a {shape.Type} of {points.Length} points, expected a polygon, a rectangle, a circle or a mask"));
        }
    }

    /// <summary>labelme keeps a mask as a PNG of its box in base64.</summary>
    private static DrawnLeaf DrawMask(string png, int left, int top, int width, int height)
    {
        using Mat mask = Cv2.ImDecode(Convert.FromBase64String(png), ImreadModes.Grayscale);
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
