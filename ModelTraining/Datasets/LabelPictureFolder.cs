using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>
/// One picture of labels beside each picture, as CSIRO and the CVPPP leaf segmentation challenge (LSC) publish them:
/// <c>NAME_rgb.png</c> with <c>NAME_label.png</c> (see <see cref="LabelFile"/>) and, where they are there, <c>NAME_fg.png</c> and
/// <c>NAME_ignored.png</c>, which has a colour for each region that training leaves out; in the folder itself or, as A1 to A5
/// are, below it. <c>NAME.png</c>, <c>.jpg</c> or <c>.tif</c> is read for <c>NAME_rgb.png</c>, and <c>NAME_label.tif</c>,
/// <c>NAME_masks.tif</c> and <c>NAME_cp_masks.png</c> (Cellpose) for the labels.
/// </summary>
internal sealed class LabelPictureFolder : LabelPictures
{
    /// <summary>End of a label picture's name, as it is written.</summary>
    public const string LabelSuffix = "_label.png";

    private const string ForegroundSuffix = "_fg.png";
    private const string IgnoredSuffix = "_ignored.png";

    /// <summary>The first that is there is read.</summary>
    private static readonly string[] LabelSuffixes =
    [
        LabelSuffix, "_label.tif", "_label.tiff", "_cp_masks.png", "_cp_masks.tif", "_masks.png", "_masks.tif", "_masks.tiff",
    ];

    private readonly IReadOnlyList<Pair> untouched;

    private LabelPictureFolder(string folder, IReadOnlyList<Pair> pairs, IReadOnlyList<Pair> untouched, IReadOnlyList<Finding> findings, ReadingRules rules)
        : base(folder, Paged(pairs, rules), findings, rules)
    {
        this.untouched = untouched;
    }

    public override string Layout => "pictures of labels (CSIRO, CVPPP LSC, Cellpose)";

    protected override IEnumerable<string> Files => base.Files.Concat(Names.Select(name => name + IgnoredSuffix).Where(file => File.Exists(Path.Combine(Folder, file))));

    protected override IEnumerable<string> FilesLeftOut => untouched.Select(pair => Below(Folder, pair.Labels));

    /// <returns>Null where the folder holds neither picture nor mask of this layout.</returns>
    public static LabelledPictures? TryOpen(string folder, ReadingRules rules)
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(PictureNames.IsPicture).Select(path => Below(folder, path)).Order(StringComparer.Ordinal),
        ];
        Dictionary<string, string> maskOf = [];
        HashSet<string> taken = [];
        foreach (string suffix in LabelSuffixes)
        {
            foreach (string mask in files.Where(file => file.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && taken.Add(file)))
            {
                maskOf.TryAdd(mask[..^suffix.Length], mask);
            }
        }

        Dictionary<string, string> pictureOf = [];
        foreach (string file in files)
        {
            string stem = Path.ChangeExtension(file, null);
            if (stem.EndsWith(PictureNames.ColourSuffix, StringComparison.OrdinalIgnoreCase))
            {
                pictureOf[stem[..^PictureNames.ColourSuffix.Length]] = file;
            }
        }

        foreach (string plain in files)
        {
            string stem = Path.ChangeExtension(plain, null);
            if (maskOf.ContainsKey(stem))
            {
                pictureOf.TryAdd(stem, plain);
            }
        }

        // The pictures may be called so and have their leaves in a file of another layout.
        if (maskOf.Count == 0 && (pictureOf.Count == 0 || HasLabelFile(folder)))
        {
            return null;
        }

        Pair[] pairs =
        [
            .. maskOf.Keys.Where(pictureOf.ContainsKey).Order(StringComparer.Ordinal)
                .Select(name => new Pair(name, Path.Combine(folder, pictureOf[name]), Path.Combine(folder, maskOf[name]))),
        ];
        // What a model drew is no truth until somebody has looked at it.
        ILookup<bool, Pair> isUntouched = pairs.ToLookup(pair => LabelNote.Of(pair.Labels) is { } note && (note.IsUntouched || (rules.AcceptedOnly && !note.IsAccepted)));
        Finding[] lone =
        [
            .. isUntouched[true].Select(pair => new Finding(FindingKind.Untouched, Below(folder, pair.Picture), rules.AcceptedOnly ? "not accepted yet" : "drawn by the model alone")),
            .. pictureOf.Keys.Except(maskOf.Keys).Order(StringComparer.Ordinal)
                .Select(name => new Finding(FindingKind.PictureWithoutMask, pictureOf[name], $"no {name}{LabelSuffixes[0]} beside it")),
            .. maskOf.Keys.Except(pictureOf.Keys).Order(StringComparer.Ordinal)
                .Select(name => new Finding(FindingKind.MaskWithoutPicture, maskOf[name], $"no {name}{PictureNames.ColourSuffix}.png or {name}.png beside it")),
        ];
        return new LabelPictureFolder(folder, [.. isUntouched[false]], [.. isUntouched[true]], lone, rules);
    }

    /// <summary>The file with the labels of a picture, whether the picture is called NAME_rgb.png or NAME.png.</summary>
    /// <returns>Null: there is none.</returns>
    public static string? LabelsBeside(string picture) => LabelSuffixes.Select(suffix => PictureNames.StemOf(picture) + suffix).FirstOrDefault(File.Exists);

    private static bool HasLabelFile(string folder) => Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Any(file => !PictureNames.IsHidden(file));

    protected override LabelMap? ReadIgnored(int index)
    {
        string path = Path.Combine(Folder, Names[index] + IgnoredSuffix);
        return File.Exists(path) ? LabelFile.Read(path) : null;
    }

    /// <summary>CVPPP's foreground masks repeat what the labels say; where they do not, one of the two is old.</summary>
    protected override LabelMap Check(int index, LabelMap labels, List<Finding> findings)
    {
        if (LabelNote.Of(LabelFileOf(index)) is { IsAccepted: false } note)
        {
            findings.Add(new Finding(FindingKind.NotAccepted, Names[index], $"corrected by {note.Author}"));
        }

        string name = Names[index], path = Path.Combine(Folder, name + ForegroundSuffix);
        if (!File.Exists(path))
        {
            return labels;
        }

        LeafMask foreground = LeafMask.Read(path);
        if (foreground.Width != labels.Width || foreground.Height != labels.Height)
        {
            findings.Add(new Finding(FindingKind.ForegroundDiffers, name, $"the foreground is {foreground.Width}x{foreground.Height}"));
            return labels;
        }

        int differing = labels.Labels.Where((label, i) => label != 0 != foreground.Pixels[i]).Count();
        if (differing > 0)
        {
            findings.Add(new Finding(FindingKind.ForegroundDiffers, name, $"{differing} pixels differ"));
        }

        return labels;
    }
}
