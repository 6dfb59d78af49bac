using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LeafSeg.Common.Synthesis;

/// <summary>
/// A square of noise that repeats without a seam. The textures are made once per process from fixed seeds;
/// a scene reads them at its own place, angle and scale.
/// </summary>
internal sealed class NoiseTexture
{
    private const int Side = 512;
    private const int Wrap = Side - 1;

    private readonly float[] values;

    private NoiseTexture(float[] values) => this.values = values;

    /// <summary>Smooth patches of many sizes, about 0..1 with mean .5; the largest are a quarter of the texture.</summary>
    public static NoiseTexture Clouds { get; } = MakeClouds();

    /// <summary>Round crumbs of about 5 to 16 texels with dark gaps between them, 0..1.</summary>
    public static NoiseTexture Crumbs { get; } = MakeCrumbs();

    /// <summary>Independent texels, -1..1.</summary>
    public static NoiseTexture Grain { get; } = MakeGrain();

    /// <summary>Short strokes in all directions, 0..1 and 0 between them: hairs.</summary>
    public static NoiseTexture Hairs { get; } = MakeHairs();

    /// <summary>The nearest texel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(int x, int y) => Texel(((y & Wrap) * Side) + (x & Wrap));

    /// <summary>Between the four nearest texels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(float x, float y)
    {
        // A cast cuts towards zero; shifted by whole textures it cuts downwards.
        int x0 = (int)(x + 65536) - 65536, y0 = (int)(y + 65536) - 65536;
        float fx = x - x0, fy = y - y0;
        int top = (y0 & Wrap) * Side, bottom = ((y0 + 1) & Wrap) * Side, left = x0 & Wrap, right = (x0 + 1) & Wrap;
        float upperLeft = Texel(top + left), lowerLeft = Texel(bottom + left);
        float upper = upperLeft + ((Texel(top + right) - upperLeft) * fx);
        float lower = lowerLeft + ((Texel(bottom + right) - lowerLeft) * fx);
        return upper + ((lower - upper) * fy);
    }

    /// <summary>Unchecked, because this is most of what painting the ground does; every caller wraps the index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Texel(int index) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(values), index);

    private static NoiseTexture MakeHairs()
    {
        RandomSource random = new(5);
        float[] values = new float[Side * Side];
        for (int hair = 0; hair < 3000; hair++)
        {
            float x = random.Between(0, Side), y = random.Between(0, Side), light = random.Between(.4f, 1);
            (double sin, double cos) = Math.SinCos(random.Between(0, 2 * MathF.PI));
            for (int length = random.Integer(3, 8); length > 0; length--)
            {
                values[(((int)y & Wrap) * Side) + ((int)x & Wrap)] = light;
                (x, y) = (x + (float)cos, y + (float)sin);
            }
        }

        return new NoiseTexture(values);
    }

    private static NoiseTexture MakeGrain()
    {
        RandomSource random = new(3);
        float[] values = new float[Side * Side];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.Between(-1, 1);
        }

        return new NoiseTexture(values);
    }

    private static NoiseTexture MakeClouds()
    {
        RandomSource random = new(1);
        float[] values = new float[Side * Side];
        float weight = .3f;
        for (int cells = 4; cells <= 128; cells *= 2)
        {
            float[] lattice = new float[cells * cells];
            for (int i = 0; i < lattice.Length; i++)
            {
                lattice[i] = random.Unit();
            }

            int step = Side / cells;
            for (int y = 0; y < Side; y++)
            {
                float fy = Smooth((y % step) / (float)step);
                int top = y / step * cells, bottom = ((y / step) + 1) % cells * cells;
                for (int x = 0; x < Side; x++)
                {
                    float fx = Smooth((x % step) / (float)step);
                    int left = x / step, right = (left + 1) % cells;
                    float upper = lattice[top + left] + ((lattice[top + right] - lattice[top + left]) * fx);
                    float lower = lattice[bottom + left] + ((lattice[bottom + right] - lattice[bottom + left]) * fx);
                    values[(y * Side) + x] += weight * (upper + ((lower - upper) * fy));
                }
            }

            weight *= .62f;
        }

        return Stretch(values);
    }

    private static NoiseTexture MakeCrumbs()
    {
        float[] values = new float[Side * Side];
        AddCrumbs(values, cells: 40, weight: .6f, seed: 2);
        AddCrumbs(values, cells: 96, weight: .4f, seed: 4);
        return Stretch(values);
    }

    /// <summary>One round crumb somewhere in each cell; where crumbs meet the higher one is seen (compare Worley 1996).</summary>
    private static void AddCrumbs(float[] values, int cells, float weight, ulong seed)
    {
        RandomSource random = new(seed);
        float[] highest = new float[Side * Side];
        float radius = Side / (float)cells;
        int reach = (int)radius + 1;
        for (int i = 0; i < cells * cells; i++)
        {
            float x = ((i % cells) + random.Unit()) * radius, y = ((i / cells) + random.Unit()) * radius;
            float height = random.Between(.55f, 1);
            for (int row = (int)y - reach; row <= (int)y + reach; row++)
            {
                for (int column = (int)x - reach; column <= (int)x + reach; column++)
                {
                    float dx = (column - x) / radius, dy = (row - y) / radius;
                    ref float texel = ref highest[((row & Wrap) * Side) + (column & Wrap)];
                    texel = Math.Max(texel, height * (1 - (dx * dx) - (dy * dy)));
                }
            }
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] += weight * highest[i];
        }
    }

    private static NoiseTexture Stretch(float[] values)
    {
        float low = values.Min(), high = values.Max();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] - low) / (high - low);
        }

        return new NoiseTexture(values);
    }

    private static float Smooth(float t) => t * t * (3 - (2 * t));
}
