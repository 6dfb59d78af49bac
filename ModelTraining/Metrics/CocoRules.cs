namespace LeafSeg.ModelTraining.Metrics;

/// <summary>The constants of COCO's figures, to the last bit of pycocotools' own.</summary>
internal static class CocoRules
{
    /// <summary>.5 to .95; not .5 + .05 k, which would make .85 a little more than 17/20.</summary>
    public static readonly double[] IoUThresholds = [.5, .55, .6, .65, .7, .75, .8, .85, .8999999999999999, .95];

    /// <summary>0 to 1 in hundredths; k * .01 and not k / 100, which for some k is another number.</summary>
    public static readonly double[] RecallPoints = [.. Enumerable.Range(0, 101).Select(k => k == 100 ? 1 : k * .01)];

    /// <summary>All, small, medium, large, in pixels; both ends belong to each.</summary>
    public static readonly (double From, double To)[] Areas = [(0, 1e10), (0, 32 * 32), (32 * 32, 96 * 96), (96 * 96, 1e10)];

    /// <summary>Detections of a picture and category that count.</summary>
    public static readonly int[] DetectionLimits = [1, 10, 100];
}
