using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.Common.Traits;

/// <summary>What the outline of some pixels gives, in pixels, and in millimetres where the scale is known.</summary>
internal readonly record struct Outline
{
    /// <summary>Length of the outer outlines, all parts added.</summary>
    public required double Perimeter { get; init; }

    /// <summary>Number of pixels in the convex hull of all parts.</summary>
    public required int HullArea { get; init; }

    /// <summary>Largest Feret diameter.</summary>
    public required double Length { get; init; }

    /// <summary>Smallest Feret diameter.</summary>
    public required double Width { get; init; }

    public required double? AreaMm2 { get; init; }

    public required double? PerimeterMm { get; init; }

    public required double? LengthMm { get; init; }

    public required double? WidthMm { get; init; }

    /// <param name="map">The picture's labels.</param>
    /// <param name="box">Holds all pixels that belong; at least one does.</param>
    /// <param name="firstLabel">First of the labels that belong.</param>
    /// <param name="lastLabel">Last of the labels that belong.</param>
    /// <param name="scale">Null: not known.</param>
    public static Outline Of(LabelMap map, PixelBox box, ushort firstLabel, ushort lastLabel, PictureScale? scale = null)
    {
        using Mat mask = Blank(box);
        List<(int X, int Y)> ends = [];
        double mm2 = 0;
        for (int y = 0; y < box.Height; y++)
        {
            Span<byte> row = mask.AsSpan<byte>().Slice(((y + Crofton.Margin) * mask.Width) + Crofton.Margin, box.Width);
            ReadOnlySpan<ushort> labels = map.Labels.AsSpan(((box.Y1 + y) * map.Width) + box.X1, box.Width);
            int first = labels.IndexOfAnyInRange(firstLabel, lastLabel);
            if (first < 0)
            {
                continue;
            }

            int last = labels.LastIndexOfAnyInRange(firstLabel, lastLabel);
            ends.AddRange([(box.X1 + first, box.Y1 + y), (box.X1 + last, box.Y1 + y)]);
            for (int x = first, end; x <= last; x = end + Next(labels[end..(last + 1)], firstLabel, lastLabel))
            {
                int length = labels[x..(last + 1)].IndexOfAnyExceptInRange(firstLabel, lastLabel);
                end = length < 0 ? last + 1 : x + length;
                row[x..end].Fill(255);
                for (int inside = x; scale is not null && inside < end; inside++)
                {
                    mm2 += scale.Mm2At(box.X1 + inside, box.Y1 + y);
                }
            }
        }

        PixelHull hull = PixelHull.Of(ends);
        double hollows = Hollows(mask, hull, box);
        PicturePoint[] edge = [.. hull.Edge], tips = [.. ConvexEdge.Tips(edge), .. hull.Centres.Select(pixel => new PicturePoint(pixel.X, pixel.Y))];
        PicturePoint[]? edgeMm = scale is null ? null : [.. edge.Select(point => scale.ToMm(point.X, point.Y))];
        return new Outline
        {
            Perimeter = ConvexEdge.Around(edge) + hollows,
            HullArea = hull.Area,
            Length = ConvexEdge.Longest(tips),
            Width = ConvexEdge.Narrowest(edge),
            AreaMm2 = scale is null ? null : mm2,
            PerimeterMm = edgeMm is null ? null : ConvexEdge.Around(edgeMm)
                + (hollows * scale!.MmPerPxAt((box.X1 + box.X2 - 1) / 2.0, (box.Y1 + box.Y2 - 1) / 2.0)),
            LengthMm = scale is null ? null : ConvexEdge.Longest([.. tips.Select(point => scale.ToMm(point.X, point.Y))]),
            WidthMm = edgeMm is null ? null : ConvexEdge.Narrowest(edgeMm),
        };
    }

    /// <summary>Steps to the next pixel that belongs; past the end where there is none.</summary>
    private static int Next(ReadOnlySpan<ushort> labels, ushort firstLabel, ushort lastLabel) =>
        labels.IndexOfAnyInRange(firstLabel, lastLabel) is var step and >= 0 ? step : labels.Length;

    /// <summary>How much longer the outline is than that of the hull.</summary>
    private static double Hollows(Mat mask, PixelHull hull, PixelBox box)
    {
        if (Cv2.CountNonZero(mask) == hull.Area)
        {
            return 0;
        }

        Cv2.FindContours(mask, out Point[][] parts, out _, RetrievalModes.External, ContourApproximationModes.ApproxNone);
        Cv2.DrawContours(mask, parts, -1, Scalar.White, thickness: -1);
        using Mat whole = Blank(box);
        foreach ((int y, int first, int last) in hull.Rows.Where(row => row.First <= row.Last))
        {
            whole.AsSpan<byte>().Slice(((y - box.Y1 + Crofton.Margin) * whole.Width) + first - box.X1 + Crofton.Margin, last - first + 1).Fill(255);
        }

        return Crofton.Length(mask) - Crofton.Length(whole);
    }

    private static Mat Blank(PixelBox box) =>
        new(box.Height + (2 * Crofton.Margin), box.Width + (2 * Crofton.Margin), MatType.CV_8UC1, Scalar.Black);
}
