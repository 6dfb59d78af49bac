using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;

namespace LeafSeg.Common.Tests.Synthesis;

/// <summary>A tray of square pots, each with the leaves of a rendered plant on grainy soil, between smooth rims.</summary>
internal static class RenderedTray
{
    private const byte RimGrey = 70;
    private const int ClumpsPerPot = 70;
    private static readonly byte[] Soil = [104, 80, 58];

    /// <param name="columns">Pots side by side.</param>
    /// <param name="rows">Pots one below the other.</param>
    /// <param name="pot">Side of a pot, pixels, 64 or more.</param>
    /// <param name="rim">Rim around each pot, pixels.</param>
    /// <param name="seed">The plants follow from it.</param>
    public static RgbImage Render(int columns, int rows, int pot, int rim, ulong seed = 1)
    {
        RgbImage tray = new(rim + (columns * (pot + rim)), rim + (rows * (pot + rim)));
        Array.Fill(tray.Pixels, RimGrey);
        RosetteSettings settings = new() { Size = pot, MinLeaves = 5, MaxLeaves = 12, MinRadius = .2f, MaxRadius = .4f, NoPlantShare = 0 };
        Random grain = new(1);
        int clump = Math.Max(1, pot / ClumpsPerPot);
        for (int number = 0; number < columns * rows; number++)
        {
            Rendering plant = RosetteRenderer.Render(settings, seed + (ulong)number);
            int left = rim + (number % columns * (pot + rim)), top = rim + (number / columns * (pot + rim));
            double[] bright = [.. Enumerable.Range(0, ((pot / clump) + 1) * ((pot / clump) + 1)).Select(_ => 0.3 + (1.3 * grain.NextDouble()))];
            for (int y = 0; y < pot; y++)
            {
                for (int x = 0; x < pot; x++)
                {
                    for (int channel = 0; channel < 3; channel++)
                    {
                        tray.Pixels[tray.IndexOf(left + x, top + y) + channel] = plant.Labels[x, y] > 0
                            ? plant.Image.Pixels[plant.Image.IndexOf(x, y) + channel]
                            : (byte)(Soil[channel] * bright[(y / clump * ((pot / clump) + 1)) + (x / clump)]);
                    }
                }
            }
        }

        return tray;
    }
}
