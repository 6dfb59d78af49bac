using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>The layouts that are known, tried one after the other.</summary>
internal static class Layouts
{
    private const string Known =
        "  NAME_rgb.png with NAME_label.png, .tif too (CSIRO, CVPPP LSC); NAME.tif with NAME_masks.tif (Cellpose)\n"
        + "  ID/images with ID/masks (prepare, Data Science Bowl 2018)\n"
        + "  images with leaf_instances (PhenoBench); JPEGImages with SegmentationObject (CVAT \"Segmentation mask\", Pascal VOC)\n"
        + "  one COCO .json file (CVAT, Label Studio, Roboflow, VIA, FiftyOne)\n"
        + "  a .json file a picture (labelme)\n"
        + "  images with labels and data.yaml (YOLO segmentation, Ultralytics)";

    /// <exception cref="DatasetException">No such folder, or no layout that is known.</exception>
    public static LabelledPictures Open(string path, ReadingRules rules)
    {
        if (File.Exists(path))
        {
            return YoloFolder.IsSettings(path) ? YoloFolder.Open(path, rules)
                : LabelmeFolder.Is(path) ? LabelmeFolder.Open(path, rules)
                : CocoFile.Open(path, rules);
        }

        if (!Directory.Exists(path))
        {
            throw new DatasetException($"{path}: no such file or folder; expected pictures with their masks");
        }

        return PreparedFolder.TryOpen(path) ?? LeafMaskFolders.TryOpen(path, rules) ?? PairedFolders.TryOpen(path, rules) ?? YoloFolder.TryOpen(path, rules)
            ?? LabelPictureFolder.TryOpen(path, rules) ?? LabelmeFolder.TryOpen(path, rules) ?? CocoFile.TryOpen(path, rules)
            ?? throw new DatasetException($"{path}: {Found(path)}. The layouts that are read:\n{Known}\n('leafseg-train synth --out {path}' would render some)");
    }

    /// <summary>What there is instead, by kind of file, and folders below that would do.</summary>
    private static string Found(string path)
    {
        string[] files = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(file => !PictureNames.IsHidden(file))];
        if (files.Length == 0)
        {
            return "the folder is empty";
        }

        string kinds = string.Join(", ", files.GroupBy(file => Path.GetExtension(file).ToLowerInvariant()).OrderByDescending(kind => kind.Count()).Take(5)
            .Select(kind => $"{kind.Count()} {(kind.Key.Length > 0 ? kind.Key : "without extension")}"));
        string[] below = [.. Directory.EnumerateFiles(path, "*.json", SearchOption.AllDirectories).Where(file => !PictureNames.IsHidden(file)).Take(3)];
        string pictures = Directory.EnumerateFiles(path).Any(PictureNames.IsPicture) ? "" : PictureNames.Below(path, PictureNames.IsPicture);
        return $"no labelled pictures in a layout that is known, found {kinds}{(below.Length > 0 ? $"; name one of the label files below: {string.Join(", ", below)}" : "")}{(pictures.Length > 0 ? $"; {pictures}" : "")}";
    }
}
