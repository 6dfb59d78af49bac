using System.Runtime.InteropServices;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>
/// Distinguishes an anti-aliased, resized or JPEG-compressed mask from one of flat colours: its borders hold colours that lie
/// between those on both sides. A colour is flat if some pixel of it has all four neighbours of the same.
/// </summary>
internal static class BlendedColours
{
    private const int Reach = 2;

    /// <summary>How far off the straight line between its neighbours a mix of them may lie, as a share of the mask's contrast.</summary>
    private const double Tolerance = 1 / 16.0;

    /// <returns>The number of blended colours; 0 for a mask of flat colours, stray slivers allowed.</returns>
    /// <param name="colours">[height * width] 0xRRGGBB, or grey values of up to 16 bits in the place of the red.</param>
    /// <param name="width">Pixels a row.</param>
    public static int Count(int[] colours, int width)
    {
        int height = colours.Length / width;
        Dictionary<int, bool> isFlat = [];
        for (int y = 0; y < height; y++)
        {
            // Colours come in long runs; one look at each is enough.
            ReadOnlySpan<int> row = colours.AsSpan(y * width, width);
            for (int start = 0, end; start < width; start = end)
            {
                int length = row[start..].IndexOfAnyExcept(row[start]);
                end = length < 0 ? width : start + length;
                ref bool flat = ref CollectionsMarshal.GetValueRefOrAddDefault(isFlat, row[start], out _);
                flat = flat || (y > 0 && y < height - 1 && HasInside(colours, width, (y * width) + start, (y * width) + end));
            }
        }

        int thin = isFlat.Values.Count(flat => !flat);
        if (thin == 0 || thin * 2 < isFlat.Count)
        {
            return 0;
        }

        double near = Tolerance * Contrast([.. isFlat.Keys.Where(colour => isFlat[colour])]);
        int thinPixels = 0, blended = 0, sharp = 0;
        for (int i = 0; i < colours.Length; i++)
        {
            if (isFlat[colours[i]])
            {
                sharp += IsSharpBorder(colours, width, i, isFlat) ? 1 : 0;
            }
            else
            {
                thinPixels++;
                blended += MixesNeighbours(colours, width, height, i, isFlat, near) ? 1 : 0;
            }
        }

        // Slivers may lie between two colours by chance, but leave most borders of the other leaves as they are.
        return blended * 2 >= thinPixels && blended * 2 >= sharp ? thin : 0;
    }

    /// <summary>Whether another flat colour begins to the right of a pixel or below it.</summary>
    private static bool IsSharpBorder(int[] colours, int width, int i, Dictionary<int, bool> isFlat)
    {
        return ((i + 1) % width != 0 && Begins(i + 1)) || (i + width < colours.Length && Begins(i + width));

        bool Begins(int next) => colours[next] != colours[i] && isFlat[colours[next]];
    }

    /// <summary>Whether a pixel of a run has four neighbours of its colour; the run has a row above it and one below.</summary>
    private static bool HasInside(int[] colours, int width, int start, int end)
    {
        for (int i = start + 1; i < end - 1; i++)
        {
            if (colours[i - width] == colours[i] && colours[i + width] == colours[i])
            {
                return true;
            }
        }

        return false;
    }

    private static bool MixesNeighbours(int[] colours, int width, int height, int i, Dictionary<int, bool> isFlat, double near)
    {
        int x = i % width, y = i / width;
        HashSet<int> around = [];
        for (int row = Math.Max(0, y - Reach); row <= Math.Min(height - 1, y + Reach); row++)
        {
            for (int column = Math.Max(0, x - Reach); column <= Math.Min(width - 1, x + Reach); column++)
            {
                int colour = colours[(row * width) + column];
                if (isFlat[colour])
                {
                    around.Add(colour);
                }
            }
        }

        return around.Any(a => around.Any(b => DistanceSquared(colours[i], a, b) <= near * near));
    }

    /// <summary>From a colour to the straight line between two others.</summary>
    private static double DistanceSquared(int colour, int from, int to)
    {
        (double r, double g, double b) way = (Red(to) - Red(from), Green(to) - Green(from), Blue(to) - Blue(from));
        (double r, double g, double b) at = (Red(colour) - Red(from), Green(colour) - Green(from), Blue(colour) - Blue(from));
        double length = (way.r * way.r) + (way.g * way.g) + (way.b * way.b);
        double share = length == 0 ? 0 : Math.Clamp(((way.r * at.r) + (way.g * at.g) + (way.b * at.b)) / length, 0, 1);
        (double r, double g, double b) off = (at.r - (share * way.r), at.g - (share * way.g), at.b - (share * way.b));
        return (off.r * off.r) + (off.g * off.g) + (off.b * off.b);
    }

    /// <summary>How far apart the flat colours lie: numbered leaves a little, coloured ones much.</summary>
    private static double Contrast(int[] colours)
    {
        return colours.Length == 0 ? 0 : Math.Sqrt(Span(Red) + Span(Green) + Span(Blue));

        double Span(Func<int, int> channel) => Math.Pow(colours.Max(channel) - colours.Min(channel), 2);
    }

    private static int Red(int colour) => colour >>> 16;

    private static int Green(int colour) => (colour >> 8) & 255;

    private static int Blue(int colour) => colour & 255;
}
