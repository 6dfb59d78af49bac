using System.Text;
using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Masks;

/// <summary>
/// A mask as COCO writes it: lengths of runs that go down each column, column after column from the left. The first run is
/// background and may be 0. Equal to pycocotools' masks run for run.
/// </summary>
/// <param name="Width">Of the picture, in pixels.</param>
/// <param name="Height">Of the picture, in pixels.</param>
/// <param name="Counts">Lengths of background and foreground in turn; together Width * Height.</param>
public sealed record RunLengthMask(int Width, int Height, IReadOnlyList<uint> Counts)
{
    private const int GroupBits = 5;
    private const char Zero = '0';

    /// <summary>Number of pixels of the mask.</summary>
    public int Area => (int)Counts.Where((_, i) => i % 2 == 1).Sum(count => count);

    /// <summary>Smallest box round all pixels; all zeros where there is none.</summary>
    public PixelBox Box
    {
        get
        {
            (int left, int top, int right, int bottom) = (Width, Height, 0, 0);
            foreach ((int start, int end) in Runs())
            {
                // A run that continues in the next column touches the picture's bottom and top.
                bool oneColumn = start / Height == (end - 1) / Height;
                left = Math.Min(left, start / Height);
                right = Math.Max(right, ((end - 1) / Height) + 1);
                top = Math.Min(top, oneColumn ? start % Height : 0);
                bottom = Math.Max(bottom, oneColumn ? ((end - 1) % Height) + 1 : Height);
            }

            return right == 0 ? default : new PixelBox(left, top, right, bottom);
        }
    }

    /// <summary>Reads the counts that stand in a file, after seeing that they fill the picture.</summary>
    /// <exception cref="FormatException">A count is negative, or they do not add up to the picture.</exception>
    public static RunLengthMask Of(IReadOnlyList<long> counts, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        long pixels = (long)width * height;
        if (pixels > int.MaxValue)
        {
            throw new FormatException($"a mask of {width}x{height}, expected a picture of at most {int.MaxValue} pixels");
        }

        long sum = 0;
        foreach (long count in counts)
        {
            if (count < 0 || count > pixels)
            {
                throw new FormatException($"a run of {count} pixels in a mask of {width}x{height}; the mask is damaged or of another size");
            }

            sum += count;
        }

        return sum == pixels
            ? new RunLengthMask(width, height, [.. counts.Select(count => (uint)count)])
            : throw new FormatException($"runs of {sum} pixels together, expected {pixels} for {width}x{height}; the mask is damaged or of another size");
    }

    /// <summary>Reads the compressed form, as <see cref="ToString"/> writes it.</summary>
    /// <exception cref="FormatException">A character that cannot occur, an end within a number, or another number of pixels.</exception>
    public static RunLengthMask Parse(string text, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<long> counts = [];
        for (int at = 0; at < text.Length;)
        {
            long value = ReadNumber(text, ref at);
            counts.Add(counts.Count > 2 ? value + counts[^2] : value);
        }

        return Of(counts, width, height);
    }

    /// <summary>The mask of pixels that are true.</summary>
    /// <param name="rows">[height * width], row by row.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    public static RunLengthMask FromMask(ReadOnlySpan<bool> rows, int width, int height) =>
        FromLabels(rows, true, width, height, new PixelBox(0, 0, width, height));

    /// <summary>The mask of one leaf of a label map.</summary>
    public static RunLengthMask FromLabel(LabelMap map, ushort label)
    {
        ArgumentNullException.ThrowIfNull(map);
        return FromLabel(map, label, new PixelBox(0, 0, map.Width, map.Height));
    }

    /// <summary>The same, where it is known in which part of the map to look.</summary>
    /// <param name="map">The map.</param>
    /// <param name="label">The leaf.</param>
    /// <param name="box">Inside the map; what the leaf has outside is left out.</param>
    public static RunLengthMask FromLabel(LabelMap map, ushort label, PixelBox box)
    {
        ArgumentNullException.ThrowIfNull(map);
        return FromLabels<ushort>(map.Labels, label, map.Width, map.Height, box);
    }

    /// <summary>Pixels that belong to at least one of the masks.</summary>
    /// <param name="masks">At least one, all of one size.</param>
    public static RunLengthMask Union(IReadOnlyList<RunLengthMask> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        RunLengthMask first = masks[0];
        List<(int At, int Step)> borders = [];
        foreach (RunLengthMask mask in masks)
        {
            first.RequireSameSize(mask);
            foreach ((int start, int end) in mask.Runs())
            {
                borders.Add((start, 1));
                borders.Add((end, -1));
            }
        }

        // Where one run ends and the next begins the depth must not reach 0 in between: beginnings come first.
        List<int> flips = [];
        int depth = 0;
        foreach ((int at, int step) in borders.OrderBy(border => border.At).ThenByDescending(border => border.Step))
        {
            if (depth == 0 || depth + step == 0)
            {
                flips.Add(at);
            }

            depth += step;
        }

        return FromFlips(flips, first.Width, first.Height);
    }

    /// <summary>Pixels that both have.</summary>
    /// <exception cref="ArgumentException">The masks differ in size.</exception>
    public static int CommonPixels(RunLengthMask first, RunLengthMask second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        first.RequireSameSize(second);
        int common = 0;
        using IEnumerator<(int Start, int End)> a = first.Runs().GetEnumerator();
        using IEnumerator<(int Start, int End)> b = second.Runs().GetEnumerator();
        bool more = a.MoveNext() && b.MoveNext();
        while (more)
        {
            common += Math.Max(0, Math.Min(a.Current.End, b.Current.End) - Math.Max(a.Current.Start, b.Current.Start));
            more = a.Current.End < b.Current.End ? a.MoveNext() : b.MoveNext();
        }

        return common;
    }

    /// <summary>Common over joined pixels, 0..1; 0 where neither has any.</summary>
    /// <exception cref="ArgumentException">The masks differ in size.</exception>
    public static double IntersectionOverUnion(RunLengthMask first, RunLengthMask second)
    {
        int common = CommonPixels(first, second);
        return common == 0 ? 0 : common / (double)(first.Area + second.Area - common);
    }

    /// <summary>The foreground in column order: position x * Height + y of the first pixel of a run, and of the one after its last.</summary>
    public IEnumerable<(int Start, int End)> Runs()
    {
        int at = 0;
        for (int i = 0; i < Counts.Count; i++)
        {
            int end = at + (int)Counts[i];
            if (i % 2 == 1 && end > at)
            {
                yield return (at, end);
            }

            at = end;
        }
    }

    /// <summary>[Height * Width] pixels, row by row.</summary>
    public bool[] ToMask()
    {
        bool[] rows = new bool[Width * Height];
        foreach ((int start, int end) in Runs())
        {
            for (int i = start; i < end; i++)
            {
                rows[(i % Height * Width) + (i / Height)] = true;
            }
        }

        return rows;
    }

    /// <summary>Gives the mask's pixels to a leaf; an earlier label is replaced.</summary>
    /// <exception cref="ArgumentException">Mask and map differ in size.</exception>
    public void Fill(LabelMap map, ushort label)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.Width != Width || map.Height != Height)
        {
            throw new ArgumentException($"The mask is {Width}x{Height}, the map {map.Width}x{map.Height}; they must be of one size.", nameof(map));
        }

        foreach ((int start, int end) in Runs())
        {
            for (int i = start; i < end; i++)
            {
                map.Labels[(i % Height * Width) + (i / Height)] = label;
            }
        }
    }

    /// <summary>
    /// The compressed form: each count, from the fourth on less the one two places before, in groups of 5 bits, lowest
    /// first, as characters from '0' on; 32 is added where more groups follow.
    /// </summary>
    public override string ToString()
    {
        StringBuilder text = new();
        for (int i = 0; i < Counts.Count; i++)
        {
            long value = i > 2 ? (long)Counts[i] - Counts[i - 2] : Counts[i];
            bool more = true;
            while (more)
            {
                int group = (int)(value & 31);
                value >>= GroupBits;
                bool negative = (group & 16) != 0;
                more = value != (negative ? -1 : 0);
                text.Append((char)(Zero + group + (more ? 32 : 0)));
            }
        }

        return text.ToString();
    }

    public bool Equals(RunLengthMask? other) =>
        other is not null && Width == other.Width && Height == other.Height && Counts.SequenceEqual(other.Counts);

    public override int GetHashCode() => HashCode.Combine(Width, Height, Counts.Count, Area);

    /// <summary>Everything is background up to the first position, then each position changes it.</summary>
    /// <param name="rising">Positions in column order; two equal ones change nothing.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    internal static RunLengthMask FromFlips(IEnumerable<int> rising, int width, int height)
    {
        List<uint> counts = [];
        int previous = 0;
        foreach (int flip in rising)
        {
            if (flip == previous && counts.Count > 0)
            {
                // A run of nothing: the one before it continues.
                previous -= (int)counts[^1];
                counts.RemoveAt(counts.Count - 1);
                continue;
            }

            counts.Add((uint)(flip - previous));
            previous = flip;
        }

        if (previous < width * height)
        {
            counts.Add((uint)((width * height) - previous));
        }

        return new RunLengthMask(width, height, counts);
    }

    private static RunLengthMask FromLabels<T>(ReadOnlySpan<T> rows, T label, int width, int height, PixelBox box)
        where T : unmanaged, IEquatable<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (rows.Length != width * height)
        {
            throw new ArgumentException($"{width}x{height} pixels, not {rows.Length}.", nameof(rows));
        }

        List<int> flips = [];
        bool inside = false;
        for (int x = box.X1; x < box.X2; x++)
        {
            for (int y = box.Y1; y < box.Y2; y++)
            {
                if (rows[(y * width) + x].Equals(label) != inside)
                {
                    flips.Add((x * height) + y);
                    inside = !inside;
                }
            }

            if (inside)
            {
                // Out at the lower end; if the next column continues at the top, both changes fall on one place and cancel.
                flips.Add((x * height) + box.Y2);
                inside = false;
            }
        }

        return FromFlips(flips, width, height);
    }

    private static long ReadNumber(string text, ref int at)
    {
        long value = 0;
        for (int shift = 0; ; shift += GroupBits)
        {
            if (at == text.Length || shift > 60)
            {
                throw new FormatException("the compressed mask ends within a number, or one of its numbers has no end; it was cut off or changed");
            }

            int group = text[at] - Zero;
            if (group is < 0 or > 63)
            {
                throw new FormatException($"character '{text[at]}' at place {at} of a compressed mask, expected '0' to 'o'; it was changed");
            }

            at++;
            value |= (long)(group & 31) << shift;
            if ((group & 32) == 0)
            {
                bool negative = (group & 16) != 0 && shift + GroupBits < 64;
                return negative ? value | (-1L << (shift + GroupBits)) : value;
            }
        }
    }

    private void RequireSameSize(RunLengthMask other)
    {
        if (Width != other.Width || Height != other.Height)
        {
            throw new ArgumentException($"The masks are {Width}x{Height} and {other.Width}x{other.Height}; they must be of one size.", nameof(other));
        }
    }
}
