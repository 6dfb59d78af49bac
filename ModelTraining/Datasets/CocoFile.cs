using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Masks;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>
/// A COCO instances file with its pictures, which are looked for beside it, in <c>images</c> beside or above it, in the
/// folder above, and in the folder that the file is named after (<c>instances_train.json</c>: <c>train</c>). Crowd regions
/// are not leaves and are left out. If a category's name has "leaf" in it, only such categories are read.
/// </summary>
internal sealed class CocoFile : LabelledPictures
{
    private readonly string root;
    private readonly IReadOnlyList<(CocoJson.Picture Picture, string File)> pictures;
    private readonly ILookup<long, CocoJson.Annotation> annotations;
    private readonly HashSet<long>? leafCategories;

    private CocoFile(
        string path, IReadOnlyList<(CocoJson.Picture Picture, string File)> pictures, ILookup<long, CocoJson.Annotation> annotations,
        HashSet<long>? leafCategories, IReadOnlyList<Finding> findings)
        : base(path, [.. pictures.Select(entry => Path.ChangeExtension(entry.Picture.FileName, null)!)], findings)
    {
        root = Path.GetDirectoryName(Path.GetFullPath(path))!;
        this.pictures = pictures;
        this.annotations = annotations;
        this.leafCategories = leafCategories;
    }

    public override string Layout => "COCO instances";

    protected override IEnumerable<string> Files => pictures.Select(entry => Below(root, entry.File)).Prepend(Path.GetFileName(Folder));

    /// <returns>Null where the folder and its folder "annotations" hold no .json file.</returns>
    /// <exception cref="DatasetException">More than one, or not COCO instances.</exception>
    public static LabelledPictures? TryOpen(string folder)
    {
        string[] found =
        [
            .. new[] { folder, Path.Combine(folder, "annotations") }.Where(Directory.Exists)
                .SelectMany(place => Directory.EnumerateFiles(place, "*.json")).Order(StringComparer.Ordinal),
        ];
        return found.Length switch
        {
            0 => null,
            1 => Open(found[0]),
            _ => throw new DatasetException($"{folder}: {found.Length} .json files, {found[0]} first; name the one with the annotations"),
        };
    }

    /// <exception cref="DatasetException">Not a COCO instances file, or none of its pictures is found.</exception>
    public static new CocoFile Open(string path)
    {
        CocoJson coco = CocoJson.Read(path);
        string[] places = [.. PlacesOfPictures(Path.GetFullPath(path)).Distinct()];
        List<(CocoJson.Picture, string)> found = [];
        List<Finding> findings = [];
        foreach (CocoJson.Picture picture in coco.Pictures!.OrderBy(picture => picture.FileName, StringComparer.Ordinal))
        {
            if (places.Select(place => Path.Combine(place, picture.FileName!)).FirstOrDefault(File.Exists) is string file)
            {
                found.Add((picture, file));
            }
            else
            {
                findings.Add(new Finding(FindingKind.MaskWithoutPicture, picture.FileName!, $"named by image {picture.Id}, but no such file"));
            }
        }

        if (found.Count == 0)
        {
            throw new DatasetException(
                findings.Count == 0
                    ? $"{path}: names no pictures"
                    : $"{path}: none of its {findings.Count} pictures is found, {findings[0].Where} first; looked in {string.Join(", ", places)}",
                FindingKind.MaskWithoutPicture);
        }

        HashSet<long> known = [.. coco.Pictures!.Select(picture => picture.Id)];
        int strays = coco.Annotations!.Count(annotation => !known.Contains(annotation.PictureId));
        if (strays > 0)
        {
            findings.Add(new Finding(FindingKind.BadAnnotation, Path.GetFileName(path), $"{strays} annotations of images that the file does not list", strays));
        }

        HashSet<long>? leaves = LeafCategories(coco);
        if (leaves is null && coco.Categories?.Count > 1)
        {
            string names = string.Join(", ", coco.Categories.Select(category => category.Name));
            findings.Add(new Finding(FindingKind.AllCategories, Path.GetFileName(path), names));
        }

        return new CocoFile(path, found, coco.Annotations!.ToLookup(annotation => annotation.PictureId), leaves, findings);
    }

    protected override (RgbImage Image, LabelMap Labels) Read(int index, List<Finding> findings)
    {
        (CocoJson.Picture picture, string file) = pictures[index];
        string name = Names[index];
        RgbImage image = PictureFile.Read(file, name, findings);
        RequireOneSize(image, picture.Width, picture.Height, $"{Folder}, {picture.FileName}");
        List<bool[]> masks = [];
        foreach (CocoJson.Annotation annotation in annotations[picture.Id])
        {
            if (leafCategories?.Contains(annotation.CategoryId) == false)
            {
                findings.Add(new Finding(FindingKind.OtherCategory, name, $"annotation {annotation.Id} is of category {annotation.CategoryId}"));
            }
            else if (annotation.IsCrowd != 0)
            {
                findings.Add(new Finding(FindingKind.CrowdRegion, name, $"annotation {annotation.Id} has iscrowd; what lies under it counts as background"));
            }
            else if (Draw(annotation, picture, name, findings) is RunLengthMask mask)
            {
                masks.Add(mask.ToMask());
            }
        }

        return (image, LeafStack.Flatten(masks, image.Width, image.Height, name, findings));
    }

    private static RunLengthMask? Draw(CocoJson.Annotation annotation, CocoJson.Picture picture, string name, List<Finding> findings)
    {
        try
        {
            RunLengthMask mask = CocoSegmentation.Draw(annotation.Segmentation, picture.Width, picture.Height, out bool leavesPicture);
            if (leavesPicture)
            {
                findings.Add(new Finding(FindingKind.OutsidePicture, name, $"annotation {annotation.Id} has points outside {picture.Width}x{picture.Height}"));
            }

            return mask;
        }
        catch (FormatException e)
        {
            findings.Add(new Finding(FindingKind.BadAnnotation, name, $"annotation {annotation.Id}: {e.Message}"));
            return null;
        }
    }

    private static HashSet<long>? LeafCategories(CocoJson coco)
    {
        HashSet<long> leaves =
        [
            .. (coco.Categories ?? []).Where(category => category.Name?.Contains("leaf", StringComparison.OrdinalIgnoreCase) == true)
                .Select(category => category.Id),
        ];
        return leaves.Count > 0 ? leaves : null;
    }

    private static IEnumerable<string> PlacesOfPictures(string path)
    {
        string beside = Path.GetDirectoryName(path)!;
        string above = Path.GetDirectoryName(beside) ?? beside;
        string subject = Path.GetFileNameWithoutExtension(path).Replace("instances_", "", StringComparison.Ordinal);
        foreach (string place in new[] { beside, above })
        {
            yield return place;
            yield return Path.Combine(place, "images");
            yield return Path.Combine(place, "images", subject);
            yield return Path.Combine(place, subject);
        }
    }
}
