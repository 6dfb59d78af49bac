using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>
/// A COCO instances file with its pictures, which are looked for beside it, in <c>images</c> or <c>data</c> beside or above
/// it, in the folder above, and in the folder that the file is named after (<c>instances_train.json</c>: <c>train</c>).
/// <see cref="LeafCategories"/> says which categories are leaves, <see cref="CrowdRule"/> what a crowd is.
/// </summary>
internal sealed class CocoFile : AnnotatedPictures
{
    private readonly CocoIndex coco;
    private readonly IReadOnlyList<CocoIndex.Picture> pictures;
    private readonly ILookup<CocoId, CocoIndex.Annotation> leavesOf;

    private CocoFile(
        string path, CocoIndex coco, IReadOnlyList<(CocoIndex.Picture Picture, string Name, string File)> pictures,
        ILookup<CocoId, CocoIndex.Annotation> leavesOf, IReadOnlyList<Finding> findings, ReadingRules rules)
        : base(path, Path.GetDirectoryName(Path.GetFullPath(path))!, [.. pictures.Select(entry => (entry.Name, entry.File))], findings, rules)
    {
        this.coco = coco;
        this.pictures = [.. pictures.Select(entry => entry.Picture)];
        this.leavesOf = leavesOf;
    }

    public override string Layout => "COCO instances";

    protected override IEnumerable<string> LabelFiles => [Path.GetFullPath(Folder)];

    /// <returns>Null where the folder and its folder "annotations" hold no .json file.</returns>
    /// <exception cref="DatasetException">More than one, or not COCO instances.</exception>
    public static LabelledPictures? TryOpen(string folder, ReadingRules rules)
    {
        string[] found =
        [
            .. new[] { folder, Path.Combine(folder, "annotations") }.Where(Directory.Exists)
                .SelectMany(place => Directory.EnumerateFiles(place, "*.json")).Where(file => !PictureNames.IsHidden(file)).Order(StringComparer.Ordinal),
        ];
        return found.Length switch
        {
            0 => null,
            1 => Open(found[0], rules),
            _ => throw new DatasetException($"{folder}: {found.Length} .json files, {found[0]} first; name the one with the annotations"),
        };
    }

    /// <exception cref="DatasetException">Not a COCO instances file, none of its pictures is found, or the category of leaves is ambiguous.</exception>
    public static new CocoFile Open(string path, ReadingRules rules)
    {
        CocoIndex coco = CocoIndex.Read(path);
        string file = Path.GetFileName(path);
        List<Finding> findings =
        [
            .. coco.OddPictures.Select(odd => new Finding(FindingKind.OddEntry, file, odd.Text)),
            .. coco.OddAnnotations.Select(odd => new Finding(FindingKind.BadAnnotation, file, odd)),
        ];
        List<CocoIndex.Annotation> leaves = Leaves(coco, file, rules, findings);
        ILookup<CocoId, CocoIndex.Annotation> leavesOf = leaves.ToLookup(annotation => annotation.PictureId);
        HashSet<CocoId> known = [.. coco.Pictures.Select(picture => picture.Id), .. coco.OddPictures.Select(odd => odd.Id).OfType<CocoId>()];
        foreach (CocoIndex.Annotation stray in leaves.Where(annotation => !known.Contains(annotation.PictureId)))
        {
            findings.Add(new Finding(FindingKind.BadAnnotation, file, $"{stray.Name} is of image {stray.PictureId}, which the file does not list"));
        }

        List<(CocoIndex.Picture, string, string)> found = FindPictures(path, coco, leavesOf, findings);
        return new CocoFile(path, coco, found, leavesOf, findings, rules);
    }

    protected override (int Width, int Height)? SizeOf(int index) => (pictures[index].Width, pictures[index].Height);

    protected override IEnumerable<AnnotatedLeaf> LeavesOf(int index, List<Finding> findings) => leavesOf[pictures[index].Id].Select(annotation =>
        new AnnotatedLeaf(annotation.Name, annotation.IsCrowd, (width, height) => CocoSegmentation.Draw(coco.SegmentationOf(annotation), width, height)));

    private static List<CocoIndex.Annotation> Leaves(CocoIndex coco, string file, ReadingRules rules, List<Finding> findings)
    {
        Dictionary<CocoId, string> nameOf = [];
        foreach (CocoIndex.Category category in coco.Categories)
        {
            nameOf.TryAdd(category.Id, category.Name);
        }

        Dictionary<CocoId, int> counts = coco.Annotations.Where(annotation => annotation.CategoryId is not null)
            .CountBy(annotation => annotation.CategoryId!.Value).ToDictionary();
        bool listed = nameOf.Keys.Any(counts.ContainsKey);
        if (!listed)
        {
            // Categories that are used and not listed are called by their ids.
            foreach (CocoId id in counts.Keys)
            {
                nameOf.TryAdd(id, id.ToString());
            }
        }

        int nameless = coco.Annotations.Count(annotation => annotation.CategoryId is null);
        CocoId[] ids = [.. nameOf.Keys];
        // VIA writes null: all are of the only class that there is.
        bool onlyOne = ids.Length <= 1;
        bool[] taken = LeafCategories.Choose(
            file, [.. ids.Select(id => (nameOf[id], counts.GetValueOrDefault(id) + (onlyOne ? nameless : 0)))], rules, findings);
        HashSet<CocoId> leaves = [.. ids.Where((_, i) => taken[i])];
        List<CocoIndex.Annotation> result = [];
        foreach (CocoIndex.Annotation annotation in coco.Annotations)
        {
            if (annotation.CategoryId is CocoId id ? leaves.Contains(id) : onlyOne)
            {
                result.Add(annotation);
            }
            else if (annotation.CategoryId is CocoId unlisted && !nameOf.ContainsKey(unlisted))
            {
                findings.Add(new Finding(FindingKind.BadAnnotation, file, $"{annotation.Name}: category_id is {unlisted}, which the file does not list"));
            }
            else if (annotation.CategoryId is null)
            {
                findings.Add(new Finding(FindingKind.BadAnnotation, file, $"{annotation.Name}: category_id is null and there are {ids.Length} categories, expected the id of one"));
            }
        }

        return result;
    }

    private static List<(CocoIndex.Picture, string Name, string File)> FindPictures(
        string path, CocoIndex coco, ILookup<CocoId, CocoIndex.Annotation> leavesOf, List<Finding> findings)
    {
        FileFinder finder = new(PlacesOfPictures(Path.GetFullPath(path)));
        List<(CocoIndex.Picture, string, string)> found = [];
        Dictionary<CocoId, CocoIndex.Picture> pictureOf = [];
        Dictionary<string, CocoIndex.Picture> takenBy = [];
        int absent = 0;
        foreach (CocoIndex.Picture picture in coco.Pictures.OrderBy(picture => picture.FileName, StringComparer.Ordinal))
        {
            if (pictureOf.TryGetValue(picture.Id, out CocoIndex.Picture? same))
            {
                if (same.FileName != picture.FileName)
                {
                    findings.Add(new Finding(FindingKind.OddEntry, picture.FileName, $"has the id {picture.Id} as {same.FileName} has, expected each id once; its annotations go to {same.FileName}"));
                }

                continue;
            }

            pictureOf.Add(picture.Id, picture);
            string? file = finder.Find(picture.FileName);
            if (file is not null && takenBy.TryAdd(file, picture))
            {
                found.Add((picture, NameOf(picture.FileName, file, finder.Places), file));
                continue;
            }

            absent++;
            findings.Add(file is null
                ? new Finding(FindingKind.MaskWithoutPicture, picture.FileName, $"named by image {picture.Id}, but no such file")
                : new Finding(FindingKind.OddEntry, picture.FileName, $"image {picture.Id} is the same file as image {takenBy[file].Id}, expected each picture once"));
            LoseAnnotations(picture.Id, picture.FileName);
        }

        foreach (CocoId odd in coco.OddPictures.Select(odd => odd.Id).OfType<CocoId>().Where(id => !pictureOf.ContainsKey(id)))
        {
            LoseAnnotations(odd, $"image {odd}");
        }

        if (found.Count == 0)
        {
            throw new DatasetException(
                absent == 0
                    ? $"{path}: names no pictures{(coco.OddPictures.Count > 0 ? $" that can be used; {coco.OddPictures[0].Text}" : "")}"
                    : $"{path}: none of its {absent} pictures is found, {findings.First(finding => finding.Kind is FindingKind.MaskWithoutPicture).Where} first; "
                        + $"looked in {string.Join(", ", finder.Places.Where(Directory.Exists))}",
                FindingKind.MaskWithoutPicture);
        }

        return found;

        void LoseAnnotations(CocoId picture, string name)
        {
            int lost = leavesOf[picture].Count();
            if (lost > 0)
            {
                findings.Add(new Finding(FindingKind.AnnotatedPictureUnread, name, $"{lost} annotations", lost));
            }
        }
    }

    /// <summary>As the label file calls it; where the file was found under another name, its path below the place of pictures.</summary>
    private static string NameOf(string fileName, string file, IEnumerable<string> places)
    {
        string plain = fileName.Replace('\\', '/');
        bool literal = !Path.IsPathRooted(plain) && Path.GetFullPath(file).EndsWith($"/{plain}", StringComparison.Ordinal);
        string name = literal ? plain : places.Where(place => file.StartsWith(place + '/', StringComparison.Ordinal)).Select(place => Below(place, file)).MinBy(below => below.Length)!;
        return Path.ChangeExtension(name, null);
    }

    private static IEnumerable<string> PlacesOfPictures(string path)
    {
        string beside = Path.GetDirectoryName(path)!;
        string above = Path.GetDirectoryName(beside) ?? beside;
        string subject = Path.GetFileNameWithoutExtension(path).Replace("instances_", "", StringComparison.Ordinal);
        foreach (string place in new[] { beside, above })
        {
            yield return place;
            yield return FileFinder.Folder(place, "images");
            yield return FileFinder.Folder(FileFinder.Folder(place, "images"), subject);
            yield return FileFinder.Folder(place, subject);
            yield return FileFinder.Folder(place, "data");
        }
    }
}
