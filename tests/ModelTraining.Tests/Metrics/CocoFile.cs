using System.Text.Json;
using LeafSeg.ModelTraining.Masks;
using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Tests.Metrics;

/// <summary>Reads COCO's instances and results, with polygons and both forms of runs, as pycocotools understands them.</summary>
internal static class CocoFile
{
    public static CocoSet Read(string folder)
    {
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "gt.json")));
        using JsonDocument found = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "detections.json")));
        Dictionary<long, (int Width, int Height)> sizes = truth.RootElement.GetProperty("images").EnumerateArray()
            .ToDictionary(image => Integer(image, "id"), image => ((int)Integer(image, "width"), (int)Integer(image, "height")));
        JsonElement[] detections = [.. found.RootElement.EnumerateArray()];
        // The first detection decides for all: with a box, its size is everyone's area.
        bool boxed = detections.Length > 0 && detections[0].TryGetProperty("bbox", out _);
        return new CocoSet
        {
            Pictures = [.. sizes.Keys],
            Categories = [.. truth.RootElement.GetProperty("categories").EnumerateArray().Select(category => Integer(category, "id"))],
            Truths = [.. truth.RootElement.GetProperty("annotations").EnumerateArray().Select(item => TruthOf(item, sizes))],
            Detections = [.. detections.Select(item => DetectionOf(item, sizes, boxed))],
        };
    }

    private static CocoTruth TruthOf(JsonElement item, Dictionary<long, (int Width, int Height)> sizes) => new()
    {
        Picture = Integer(item, "image_id"),
        Category = Integer(item, "category_id"),
        Area = item.GetProperty("area").GetDouble(),
        Box = BoxOf(item),
        Mask = MaskOf(item.GetProperty("segmentation"), sizes[Integer(item, "image_id")]),
        Crowd = item.TryGetProperty("iscrowd", out JsonElement crowd) && crowd.GetInt32() == 1,
    };

    private static CocoDetection DetectionOf(JsonElement item, Dictionary<long, (int Width, int Height)> sizes, bool boxed)
    {
        // A picture that is not listed has no size; the set is refused later, for what it is.
        (int Width, int Height) size = sizes.GetValueOrDefault(Integer(item, "image_id"), (1000, 1000));
        RunLengthMask mask = item.TryGetProperty("segmentation", out JsonElement segmentation)
            ? MaskOf(segmentation, size)
            : Draw(BoxOf(item), size);
        CocoBox box = boxed ? BoxOf(item) : CocoBox.Of(mask.Box);
        return new CocoDetection
        {
            Picture = Integer(item, "image_id"),
            Category = Integer(item, "category_id"),
            Score = item.GetProperty("score").GetDouble(),
            Area = boxed ? box.Area : mask.Area,
            Box = box,
            Mask = mask,
        };
    }

    private static RunLengthMask MaskOf(JsonElement segmentation, (int Width, int Height) size)
    {
        if (segmentation.ValueKind == JsonValueKind.Array)
        {
            return Polygon.Draw([.. segmentation.EnumerateArray().Select(Numbers)], size.Width, size.Height);
        }

        (int width, int height) = Masks.RunLengthMaskTests.SizeOf(segmentation);
        JsonElement counts = segmentation.GetProperty("counts");
        return counts.ValueKind == JsonValueKind.String
            ? RunLengthMask.Parse(counts.GetString()!, width, height)
            : RunLengthMask.Of([.. counts.EnumerateArray().Select(count => count.GetInt64())], width, height);
    }

    private static RunLengthMask Draw(CocoBox box, (int Width, int Height) size)
    {
        (double right, double bottom) = (box.X + box.Width, box.Y + box.Height);
        return Polygon.Draw([box.X, box.Y, box.X, bottom, right, bottom, right, box.Y], size.Width, size.Height);
    }

    private static CocoBox BoxOf(JsonElement item)
    {
        double[] box = Numbers(item.GetProperty("bbox"));
        return new CocoBox(box[0], box[1], box[2], box[3]);
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    private static long Integer(JsonElement item, string name) => item.GetProperty(name).GetInt64();
}
