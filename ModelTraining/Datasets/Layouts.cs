using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>The layouts that are known, tried one after the other.</summary>
internal static class Layouts
{
    /// <summary>A line for each layout, for help and errors.</summary>
    public const string Known =
        """
          CSIRO, UPGen, synth   NAME_rgb.png with NAME_label.png: one flat colour a leaf on black
          CVPPP LSC             the same, also indexed, or grey of 8, 16 or 32 bits; NAME_fg.png is compared where it is there
          .tif pairs            NAME.tif (or .png, .jpg) with NAME_label.tif, 8, 16 or 32 bits
          Cellpose              NAME.tif (or .png, .jpg) with NAME_masks.tif, NAME_cp_masks.png or NAME_masks.png
          PhenoBench            images with leaf_instances
          CVAT, Pascal VOC      JPEGImages with SegmentationObject, SegmentationClass and labelmap.txt ("Segmentation mask")
          COCO                  one .json file of CVAT, Label Studio, Roboflow, VIA or FiftyOne; pictures beside it, in images or in data
          labelme               a .json file a picture: polygons, rectangles, circles, masks
          YOLO segmentation     images with labels (a .txt file a picture) and data.yaml (Ultralytics)
          Data Science Bowl     ID/images with ID/masks, a mask a leaf; prepare writes it
        """;

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
