using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>
/// One picture of labels beside each picture, as CSIRO and the CVPPP leaf segmentation challenge (LSC) publish them:
/// <c>NAME_rgb.png</c> with <c>NAME_label.png</c> (see <see cref="LabelFile"/>) and, where they are there, <c>NAME_fg.png</c> and
/// <c>NAME_ignored.png</c>, which has a colour for each region that training leaves out. They lie in the folder itself or, as A1 to A5 are, below it. <c>NAME.png</c> or <c>NAME.jpg</c> stands for <c>NAME_rgb.png</c>.
/// </summary>
internal sealed class LabelPictureFolder : LabelledPictures
{
    private const string LabelSuffix = "_label.png";
    private const string PictureSuffix = "_rgb";
    private const string ForegroundSuffix = "_fg.png";
    private const string IgnoredSuffix = "_ignored.png";

    private static readonly string[] PlainExtensions = [".png", ".jpg", ".jpeg"];

    private readonly string[] pictures;

    private LabelPictureFolder(string folder, string[] names, string[] pictures, IReadOnlyList<Finding> findings)
        : base(folder, names, findings)
    {
        this.pictures = pictures;
    }

    public override string Layout => "pictures of labels (CSIRO, CVPPP LSC)";

    protected override IEnumerable<string> Files => pictures.Zip(Names, (picture, name) => new[] { picture, name + LabelSuffix, name + IgnoredSuffix })
        .SelectMany(files => files.Where(file => !file.EndsWith(IgnoredSuffix, StringComparison.Ordinal) || File.Exists(Path.Combine(Folder, file))));

    /// <returns>Null where the folder holds neither picture nor mask of this layout.</returns>
    public static LabelledPictures? TryOpen(string folder)
    {
        HashSet<string> files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Below(folder, path))];
        string[] masks = [.. files.Where(file => file.EndsWith(LabelSuffix, StringComparison.Ordinal)).Select(file => file[..^LabelSuffix.Length])];
        Dictionary<string, string> pictureOf = [];
        foreach (string file in files.Where(PictureFile.IsNamedAsOne).Order(StringComparer.Ordinal))
        {
            string stem = Path.ChangeExtension(file, null);
            if (stem.EndsWith(PictureSuffix, StringComparison.Ordinal))
            {
                pictureOf[stem[..^PictureSuffix.Length]] = file;
            }
        }

        foreach (string mask in masks.Where(mask => !pictureOf.ContainsKey(mask)))
        {
            if (PlainExtensions.Select(extension => mask + extension).FirstOrDefault(files.Contains) is string plain)
            {
                pictureOf[mask] = plain;
            }
        }

        if (masks.Length == 0 && pictureOf.Count == 0)
        {
            return null;
        }

        string[] names = [.. masks.Where(pictureOf.ContainsKey).Order(StringComparer.Ordinal)];
        Finding[] lone =
        [
            .. pictureOf.Keys.Except(masks).Order(StringComparer.Ordinal)
                .Select(name => new Finding(FindingKind.PictureWithoutMask, pictureOf[name], $"no {name}{LabelSuffix} beside it")),
            .. masks.Where(mask => !pictureOf.ContainsKey(mask)).Order(StringComparer.Ordinal)
                .Select(name => new Finding(FindingKind.MaskWithoutPicture, name + LabelSuffix, $"no {name}{PictureSuffix}.png beside it")),
        ];
        return new LabelPictureFolder(folder, names, [.. names.Select(name => pictureOf[name])], lone);
    }

    protected override (RgbImage Image, LabelMap Labels) Read(int index, List<Finding> findings)
    {
        string name = Names[index];
        string mask = Path.Combine(Folder, name + LabelSuffix);
        RgbImage image = PictureFile.Read(Path.Combine(Folder, pictures[index]), name, findings);
        LabelMap labels = LabelFile.Read(mask);
        RequireOneSize(image, labels.Width, labels.Height, mask);
        CompareForeground(labels, name, findings);
        return (image, labels);
    }

    protected override LabelMap? ReadIgnored(int index)
    {
        string path = Path.Combine(Folder, Names[index] + IgnoredSuffix);
        return File.Exists(path) ? LabelFile.Read(path) : null;
    }

    /// <summary>CVPPP's foreground masks repeat what the labels say; where they do not, one of the two is old.</summary>
    private void CompareForeground(LabelMap labels, string name, List<Finding> findings)
    {
        string path = Path.Combine(Folder, name + ForegroundSuffix);
        if (!File.Exists(path))
        {
            return;
        }

        LeafMask foreground = LeafMask.Read(path);
        if (foreground.Width != labels.Width || foreground.Height != labels.Height)
        {
            findings.Add(new Finding(FindingKind.ForegroundDiffers, name, $"the foreground is {foreground.Width}x{foreground.Height}"));
            return;
        }

        int differing = labels.Labels.Where((label, i) => label != 0 != foreground.Pixels[i]).Count();
        if (differing > 0)
        {
            findings.Add(new Finding(FindingKind.ForegroundDiffers, name, $"{differing} pixels differ"));
        }
    }
}
