using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.Common.Synthesis;

/// <summary>
/// Leaves cut out of photographs, to give rendered plants real outlines and textures: PNG with transparency around the leaf, its base
/// in the middle of the left side and its tip at the right one, as <c>leafseg-train cut-leaves</c> writes them.
/// </summary>
public sealed class LeafPhotographs
{
    /// <summary>Shorter cut-outs show no texture.</summary>
    public const int ShortestPx = 24;

    private LeafPhotographs(IReadOnlyList<LeafPhotograph> leaves) => Leaves = leaves;

    /// <summary>How many there are.</summary>
    public int Count => Leaves.Count;

    internal IReadOnlyList<LeafPhotograph> Leaves { get; }

    /// <summary>Whether a cut-out, BGRA, can be used: a leaf of some length, in one piece from the left side to the right one.</summary>
    public static bool IsLeaf(int width, int height, Vec4b[] bgra) => LeafPhotograph.Of(width, height, bgra) is not null;

    /// <summary>Reads every PNG of a folder, in the order of their names.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ImageFileException">A picture cannot be read or is no cut-out of a leaf, or there is none.</exception>
    public static LeafPhotographs Read(string folder, CancellationToken cancellation = default)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*.png").Order(StringComparer.Ordinal)];
        if (files.Length == 0)
        {
            throw new ImageFileException($"{folder}: holds no PNG, expected leaves cut out of photographs ('leafseg-train cut-leaves' writes them)");
        }

        List<LeafPhotograph> leaves = [];
        foreach (string file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            using Mat picture = Cv2.ImDecode(File.ReadAllBytes(file), ImreadModes.Unchanged);
            if (picture.Empty() || picture.Type() != MatType.CV_8UC4)
            {
                throw new ImageFileException($"{file}: is no 8-bit PNG with transparency, expected a leaf with nothing around it");
            }

            picture.GetArray(out Vec4b[] bgra);
            leaves.Add(LeafPhotograph.Of(picture.Width, picture.Height, bgra)
                ?? throw new ImageFileException(
                    $"{file}: shows no leaf of {ShortestPx} pixels or more that reaches from the left side to the right one in one piece; take it out of the folder"));
        }

        return new LeafPhotographs(leaves);
    }
}

/// <summary>One of them: its outline column by column, and its colours.</summary>
internal sealed class LeafPhotograph
{
    private const int Opaque = 128;

    private readonly int width, height;
    private readonly Rgb[] texels;
    private readonly (float Top, float Bottom)[] extents;

    private LeafPhotograph(int width, int height, Rgb[] texels, (float Top, float Bottom)[] extents, float light)
    {
        (this.width, this.height, this.texels, this.extents) = (width, height, texels, extents);
        Light = light;
    }

    /// <summary>Mean of the linear light of the leaf.</summary>
    public float Light { get; }

    /// <returns>Null: no leaf, or not in one piece from side to side.</returns>
    public static LeafPhotograph? Of(int width, int height, ReadOnlySpan<Vec4b> bgra)
    {
        if (width < LeafPhotographs.ShortestPx)
        {
            return null;
        }

        Rgb[] texels = new Rgb[width * height];
        (float Top, float Bottom)[] extents = new (float, float)[width];
        float light = 0;
        int count = 0;
        for (int x = 0; x < width; x++)
        {
            int top = -1, bottom = -1;
            for (int y = 0; y < height; y++)
            {
                Vec4b pixel = bgra[(y * width) + x];
                Rgb colour = Rgb.FromDisplay(pixel.Item2, pixel.Item1, pixel.Item0);
                texels[(y * width) + x] = colour;
                if (pixel.Item3 >= Opaque)
                {
                    top = top < 0 ? y : top;
                    bottom = y + 1;
                    light += Grey(colour);
                    count++;
                }
            }

            if (top < 0 && x > 1 && x < width - 2)
            {
                return null;
            }

            extents[x] = top < 0 ? (height / 2f, height / 2f) : (top, bottom);
        }

        return count < LeafPhotographs.ShortestPx * 3 ? null : new LeafPhotograph(width, height, texels, extents, Math.Max(light / count, 1e-3f));
    }

    /// <summary>The leaf's middle and half width at a place 0..1 from base to tip, as shares of its length.</summary>
    public (float Mid, float Half) At(float t)
    {
        float place = Math.Clamp((t * width) - .5f, 0, width - 1.001f);
        int column = (int)place;
        float part = place - column;
        (float top, float bottom) = extents[column];
        (float nextTop, float nextBottom) = extents[column + 1];
        top += (nextTop - top) * part;
        bottom += (nextBottom - bottom) * part;
        return ((((top + bottom) / 2) - (height / 2f)) / width, Math.Max(.3f, (bottom - top) / 2) / width);
    }

    /// <summary>The colour at a place from base to tip and, in shares of the length, across the axis.</summary>
    public Rgb Colour(float t, float across)
    {
        float x = Math.Clamp((t * width) - .5f, 0, width - 1.001f);
        int column = (int)x;
        (float top, float bottom) = extents[column];
        // A little inside the outline: what lies on it is half ground.
        float y = Math.Clamp((across * width) + (height / 2f) - .5f, Math.Min(top + .6f, (top + bottom - 1) / 2), Math.Max(bottom - 1.6f, (top + bottom - 1) / 2));
        y = Math.Clamp(y, 0, height - 1.001f);
        int row = (int)y;
        int i = (row * width) + column, below = Math.Min(row + 1, height - 1) * width;
        Rgb upper = texels[i].Mix(texels[i + 1], x - column), lower = texels[below + column].Mix(texels[below + column + 1], x - column);
        return upper.Mix(lower, y - row);
    }

    public static float Grey(Rgb colour) => (.3f * colour.R) + (.6f * colour.G) + (.1f * colour.B);
}
