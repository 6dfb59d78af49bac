using System.Runtime.InteropServices;

namespace LeafSeg.Common.Imaging;

/// <summary>What one pass over the picture gives for a label: count, sums of positions, and box of its pixels.</summary>
internal readonly record struct PixelSums(ushort Label, int Area, long SumX, long SumY, PixelBox Box)
{
    /// <summary>Rising by label.</summary>
    public static IReadOnlyList<PixelSums> OfEachLabel(LabelMap map)
    {
        Dictionary<ushort, PixelSums> found = [];
        for (int y = 0; y < map.Height; y++)
        {
            ReadOnlySpan<ushort> row = map.Labels.AsSpan(y * map.Width, map.Width);
            for (int start = 0, end; start < row.Length; start = end)
            {
                ushort label = row[start];
                int length = row[start..].IndexOfAnyExcept(label);
                end = length < 0 ? row.Length : start + length;
                if (label == 0)
                {
                    continue;
                }

                int pixels = end - start;
                PixelSums run = new(label, pixels, (long)pixels * (start + end - 1) / 2, (long)pixels * y, new PixelBox(start, y, end, y + 1));
                ref PixelSums sums = ref CollectionsMarshal.GetValueRefOrAddDefault(found, label, out bool known);
                sums = known ? sums.Join(run) : run;
            }
        }

        return [.. found.Values.OrderBy(sums => sums.Label)];
    }

    /// <summary>Both together, under this one's label.</summary>
    public PixelSums Join(PixelSums other) => new(
        Label, Area + other.Area, SumX + other.SumX, SumY + other.SumY,
        new PixelBox(
            Math.Min(Box.X1, other.Box.X1), Math.Min(Box.Y1, other.Box.Y1),
            Math.Max(Box.X2, other.Box.X2), Math.Max(Box.Y2, other.Box.Y2)));
}
