using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Masks;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Labelling;

/// <summary>A leaf as labelling tools take it.</summary>
internal sealed record OutlinedLeaf
{
    private OutlinedLeaf()
    {
    }

    /// <summary>From 1 on; the surest is 1.</summary>
    public required int Number { get; init; }

    /// <summary>0 to 1.</summary>
    public required float Score { get; init; }

    public required RunLengthMask Mask { get; init; }

    /// <summary>One piece without a hole.</summary>
    public required bool IsSimple { get; init; }

    /// <summary>See <see cref="MaskOutline.Polygon"/>: x, y, x, y, ... in pixels.</summary>
    public required double[] Polygon { get; init; }

    /// <summary>All leaves of a picture.</summary>
    /// <param name="map">Labels 1, 2, ... without gaps.</param>
    /// <param name="scores">Of label 1, 2, ...</param>
    public static IReadOnlyList<OutlinedLeaf> Of(LabelMap map, IReadOnlyList<float> scores)
    {
        PixelBox[] boxes = Boxes(map, scores.Count);
        return [.. scores.Select((score, i) => Of(map, i + 1, score, boxes[i]))];
    }

    private static OutlinedLeaf Of(LabelMap map, int number, float score, PixelBox box)
    {
        IReadOnlyList<IReadOnlyList<Point>> rings = MaskOutline.Rings(map, (ushort)number, box);
        return new OutlinedLeaf
        {
            Number = number,
            Score = score,
            Mask = RunLengthMask.FromLabel(map, (ushort)number, box),
            IsSimple = rings.Count == 1,
            Polygon = MaskOutline.Polygon(rings),
        };
    }

    private static PixelBox[] Boxes(LabelMap map, int count)
    {
        PixelBox[] boxes = [.. Enumerable.Repeat(new PixelBox(map.Width, map.Height, 0, 0), count)];
        for (int y = 0; y < map.Height; y++)
        {
            for (int x = 0; x < map.Width; x++)
            {
                if (map[x, y] is > 0 and var label)
                {
                    PixelBox box = boxes[label - 1];
                    boxes[label - 1] = new PixelBox(Math.Min(box.X1, x), Math.Min(box.Y1, y), Math.Max(box.X2, x + 1), Math.Max(box.Y2, y + 1));
                }
            }
        }

        return boxes;
    }
}
