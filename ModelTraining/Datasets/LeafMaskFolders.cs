using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>
/// The layout of the Data Science Bowl 2018: a folder a picture, <c>ID/images/ID.png</c>, and in <c>ID/masks</c> one
/// black and white picture a leaf. It is what <c>leafseg-train prepare</c> writes, which adds <c>ID/ignored</c> with a picture
/// for each region that is neither leaf nor ground.
/// </summary>
internal sealed class LeafMaskFolders : LabelledPictures
{
    private LeafMaskFolders(string folder, string[] names, IReadOnlyList<Finding> findings, ReadingRules rules)
        : base(folder, names, findings, PreparedFolder.IsSplit(folder) ? rules with { OneLeaf = true } : rules)
    {
    }

    public override string Layout => "a folder a picture (Data Science Bowl 2018)";

    protected override IEnumerable<string> Files => Names.SelectMany(name => MasksOf(name).Prepend(PictureOf(name)).Concat(IgnoredOf(name)).Select(file => Below(Folder, file)));

    /// <returns>Null where no folder below has masks.</returns>
    public static LabelledPictures? TryOpen(string folder, ReadingRules rules)
    {
        string[] found = [.. Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        if (!found.Any(name => Directory.Exists(FileFinder.Folder(Path.Combine(folder, name), "masks"))))
        {
            return null;
        }

        List<string> names = [];
        List<Finding> lone = [];
        foreach (string name in found)
        {
            int images = Pictures(FileFinder.Folder(Path.Combine(folder, name), "images")).Length;
            bool masks = Directory.Exists(FileFinder.Folder(Path.Combine(folder, name), "masks"));
            if (images == 1 && masks)
            {
                names.Add(name);
            }
            else if (images > 0)
            {
                lone.Add(new Finding(FindingKind.PictureWithoutMask, name, masks ? $"{images} pictures in images, expected one" : "no folder masks beside images"));
            }
            else if (masks)
            {
                lone.Add(new Finding(FindingKind.MaskWithoutPicture, name, "no picture in its folder images"));
            }
        }

        return new LeafMaskFolders(folder, [.. names], lone, rules);
    }

    public override string PictureFileOf(int index) => PictureOf(Names[index]);

    protected override (RgbImage Image, LabelMap Labels, LabelMap? Ignored) Read(int index, List<Finding> findings)
    {
        string name = Names[index];
        DecodedPicture picture = PictureFile.Read(PictureOf(name), name, findings, OnlyPage(PictureOf(name)));
        (int width, int height) = (picture.Image.Width, picture.Image.Height);
        bool asStored = false;
        List<bool[]> masks = [];
        int soft = 0;
        foreach (string file in MasksOf(name))
        {
            LeafMask mask = LeafMask.Read(file);
            asStored = IsAsStored(picture, mask.Width, mask.Height, file);
            if (masks.Count > 0 && mask.Width != width)
            {
                throw new DatasetException($"{file}: {mask.Width}x{mask.Height}, but other masks of the picture are {width}x{height}; they must be of one size", FindingKind.SizesDiffer);
            }

            (width, height) = (mask.Width, mask.Height);
            masks.Add(mask.Pixels);
            soft += mask.IsSoft ? 1 : 0;
        }

        if (soft > 0)
        {
            findings.Add(new Finding(FindingKind.SoftMask, name, $"{soft} of {masks.Count} masks", soft));
        }

        LabelMap labels = LeafStack.Flatten(masks, width, height, name, findings);
        return (picture.Image, asStored ? TurnLabels(labels, picture, name, findings) : labels, ReadIgnored(name));
    }

    private LabelMap? ReadIgnored(string name)
    {
        LabelMap? regions = null;
        foreach ((int place, string file) in IgnoredOf(name).Index())
        {
            LeafMask mask = LeafMask.Read(file);
            regions ??= new LabelMap(mask.Width, mask.Height);
            if (mask.Pixels.Length != regions.Labels.Length)
            {
                throw new DatasetException($"{file}: {mask.Width}x{mask.Height}, but other regions of the picture are {regions.Width}x{regions.Height}; they must be of one size", FindingKind.SizesDiffer);
            }

            for (int i = 0; i < mask.Pixels.Length; i++)
            {
                regions.Labels[i] = mask.Pixels[i] ? (ushort)(place + 1) : regions.Labels[i];
            }
        }

        return regions;
    }

    private string PictureOf(string name) => Pictures(FileFinder.Folder(Path.Combine(Folder, name), "images"))[0];

    private string[] MasksOf(string name) => Pictures(FileFinder.Folder(Path.Combine(Folder, name), "masks"));

    private string[] IgnoredOf(string name) => Pictures(FileFinder.Folder(Path.Combine(Folder, name), "ignored"));

    private static string[] Pictures(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder).Where(PictureNames.IsPicture).Order(StringComparer.Ordinal)]
        : [];
}
