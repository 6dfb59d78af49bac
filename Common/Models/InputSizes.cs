using System.Globalization;
using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Models;

/// <summary>Which input a model of contract 3, whose height and width are free, is given for a picture.</summary>
/// <remarks>
/// A leaf has to be seen about as large as in training, and an interpolated pixel adds no information: so the
/// input follows the picture's own pixels, between two limits. It is part of the file, since the program that scores a model and the one that
/// measures plants with it must choose alike.
/// </remarks>
public sealed record InputSizes
{
    /// <summary>Height and width of an input are multiples of this.</summary>
    public const int Multiple = 32;

    private const string SmallestKey = "leafseg.input_smallest", LargestKey = "leafseg.input_largest", ScaleKey = "leafseg.input_scale";

    /// <summary><c>leafseg.input_smallest</c>: shortest long side of an input, in pixels.</summary>
    public required int Smallest { get; init; }

    /// <summary><c>leafseg.input_largest</c>: longest long side of an input, in pixels.</summary>
    public required int Largest { get; init; }

    /// <summary><c>leafseg.input_scale</c>: pixels of the input for each pixel of the picture, between the limits.</summary>
    public required float Scale { get; init; }

    /// <summary>The long side of the input for a picture, in pixels.</summary>
    public int LongSideFor(int width, int height)
    {
        double wanted = Math.Min(Math.Max(width, height) * (double)Scale, Largest);
        return Math.Clamp((int)Math.Ceiling(wanted / Multiple) * Multiple, Smallest, Largest);
    }

    /// <summary>How a picture is fitted into its input.</summary>
    public Letterbox LetterboxFor(int width, int height) => Letterbox.FitTightly(width, height, LongSideFor(width, height), Multiple);

    internal IEnumerable<KeyValuePair<string, string>> ToProperties() =>
    [
        new(SmallestKey, Smallest.ToString(CultureInfo.InvariantCulture)),
        new(LargestKey, Largest.ToString(CultureInfo.InvariantCulture)),
        new(ScaleKey, Scale.ToString("R", CultureInfo.InvariantCulture)),
    ];

    /// <exception cref="ModelFileException">A missing key, a value that cannot be read, or limits that contradict each other.</exception>
    internal static InputSizes Parse(PropertyReader read)
    {
        InputSizes sizes = new()
        {
            Smallest = read.Count(SmallestKey),
            Largest = read.Count(LargestKey),
            Scale = read.Factor(ScaleKey),
        };
        RequireMultiple(SmallestKey, sizes.Smallest);
        RequireMultiple(LargestKey, sizes.Largest);
        return sizes.Smallest <= sizes.Largest
            ? sizes
            : throw read.Unreadable(SmallestKey, $"{sizes.Smallest}", $"at most \"{LargestKey}\", {sizes.Largest}");

        void RequireMultiple(string key, int side)
        {
            if (side % Multiple != 0)
            {
                throw read.Unreadable(key, $"{side}", $"a multiple of {Multiple}");
            }
        }
    }
}
