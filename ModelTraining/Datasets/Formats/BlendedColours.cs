using System.Runtime.InteropServices;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>
/// Tells an anti-aliased, resized or JPEG-compressed colour mask from one of flat colours: its borders hold many
/// colours that mix those on both sides. A colour is flat if some pixel of it has all four neighbours of the same.
/// </summary>
internal static class BlendedColours
{
    private const int FewestColours = 8;
    private const int Reach = 2;
    private const double NearSquared = 16 * 16;

    /// <returns>The number of blended colours; 0 for a mask of flat colours, stray slivers allowed.</returns>
    /// <param name="colours">[height * width] 0xRRGGBB.</param>
    /// <param name="width">Pixels a row.</param>
    public static int Count(int[] colours, int width)
    {
        int height = colours.Length / width;
        Dictionary<int, bool> isFlat = [];
        for (int i = 0; i < colours.Length; i++)
        {
            ref bool flat = ref CollectionsMarshal.GetValueRefOrAddDefault(isFlat, colours[i], out _);
            flat = flat || IsInside(colours, width, height, i);
        }

        int thin = isFlat.Values.Count(flat => !flat);
        if (thin < FewestColours || thin <= isFlat.Count - thin)
        {
            return 0;
        }

        int thinPixels = 0, blended = 0;
        for (int i = 0; i < colours.Length; i++)
        {
            if (!isFlat[colours[i]])
            {
                thinPixels++;
                blended += MixesNeighbours(colours, width, height, i, isFlat) ? 1 : 0;
            }
        }

        return blended * 2 >= thinPixels ? thin : 0;
    }

    private static bool IsInside(int[] colours, int width, int height, int i)
    {
        int x = i % width, y = i / width;
        return x > 0 && y > 0 && x < width - 1 && y < height - 1
            && colours[i - 1] == colours[i] && colours[i + 1] == colours[i]
            && colours[i - width] == colours[i] && colours[i + width] == colours[i];
    }

    private static bool MixesNeighbours(int[] colours, int width, int height, int i, Dictionary<int, bool> isFlat)
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

        return around.Any(a => around.Any(b => DistanceSquared(colours[i], a, b) <= NearSquared));
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

    private static int Red(int colour) => colour >> 16;

    private static int Green(int colour) => (colour >> 8) & 255;

    private static int Blue(int colour) => colour & 255;
}
