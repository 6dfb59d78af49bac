using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Synthesis;

/// <summary>
/// Renders rosettes as a camera above the pot sees them: Arabidopsis and leaves of other shapes, with the truth of which pixel is which leaf.
/// The picture depends on the settings and the seed alone.
/// </summary>
public static class RosetteRenderer
{
    /// <summary>Visible parts of a leaf that are smaller than this lose their label where the leaf shows elsewhere too.</summary>
    private const int SmallestFragment = 6;

    /// <summary>Cotyledons just unfolded, in plastochrons.</summary>
    private const float SeedlingAge = .4f;

    /// <summary>The seed of picture <paramref name="index"/> of a run, whatever the length of the run.</summary>
    public static ulong SeedOf(ulong runSeed, int index) => RandomSource.Derive(runSeed, (ulong)index);

    /// <summary>Renders one picture.</summary>
    /// <param name="settings">What to render.</param>
    /// <param name="seed">Everything that the settings leave to chance.</param>
    /// <param name="plates">Photographs for <see cref="RosetteSettings.PlateShare"/> of the grounds; none by default.</param>
    /// <param name="photographs">Leaves for <see cref="RosetteSettings.CollageShare"/> of the plants; none by default.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public static Rendering Render(RosetteSettings settings, ulong seed, BackgroundPlates? plates = null, LeafPhotographs? photographs = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        Scene scene = Scene.Draw(settings, seed, plates, photographs);
        return Render(scene, scene.Age, 0, settings);
    }

    /// <summary>
    /// Renders one frame of a time lapse: one plant that grows from its cotyledons to the age that the seed gives it, in
    /// the same pot before the same camera. Each leaf keeps its place and its label, new leaves appear in the centre.
    /// </summary>
    /// <param name="settings">What to render; <see cref="RosetteSettings.NoPlantShare"/> does not apply.</param>
    /// <param name="seed">The plant and its pot.</param>
    /// <param name="frame">Which frame, from 0.</param>
    /// <param name="frames">How many frames the time lapse has; the last one shows the grown plant.</param>
    /// <param name="plates">Photographs for the ground, as in <see cref="Render(RosetteSettings, ulong, BackgroundPlates?, LeafPhotographs?)"/>.</param>
    /// <param name="photographs">Leaves for a collage.</param>
    /// <exception cref="ArgumentException">A setting or number is out of its range.</exception>
    public static Rendering RenderFrame(RosetteSettings settings, ulong seed, int frame, int frames, BackgroundPlates? plates = null, LeafPhotographs? photographs = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame, frames);
        settings.Validate();
        Scene scene = Scene.DrawWithPlant(settings, seed, plates, photographs);
        float start = Math.Min(SeedlingAge, scene.Age);
        float age = frames == 1 ? scene.Age : start + ((scene.Age - start) * frame / (frames - 1));
        return Render(scene, age, frame, settings);
    }

    /// <summary>
    /// Colours for <see cref="ColourMask.Write(string, LabelMap, IReadOnlyList{int})"/>, far apart and in an order of
    /// their own for each seed, as in the CSIRO data: a colour has no meaning that could be learnt.
    /// </summary>
    public static int[] MaskColours(ulong seed)
    {
        RandomSource random = new(RandomSource.Derive(seed, 7));
        int[] colours = ColourMask.Colours(RosetteSettings.MostLeaves);
        for (int i = 1; i < colours.Length; i++)
        {
            int other = random.Integer(i, colours.Length - 1);
            (colours[i], colours[other]) = (colours[other], colours[i]);
        }

        return colours;
    }

    private static Rendering Render(Scene scene, float age, int moment, RosetteSettings settings)
    {
        Canvas canvas = scene.Paint(age, moment);
        LabelMap labels = new(settings.Size, settings.Size, canvas.Leaf);
        Fragments.RemoveSmall(labels, SmallestFragment);
        float share = scene.Resolution * scene.Resolution;
        (int dropped, LabelMap? ignored) = DropSmall(labels, Math.Max(settings.MinVisibleArea, (int)MathF.Ceiling(settings.MinSeenArea / share)));
        RgbImage image = scene.Expose(canvas, moment);
        if (image.Width != labels.Width)
        {
            (labels, ignored) = (Reduced(labels, image.Width), ignored is null ? null : Reduced(ignored, image.Width));
        }

        return new Rendering
        {
            Image = image,
            Labels = labels,
            Ignored = ignored,
            LeafCount = labels.Areas().Count,
            DroppedLeaves = dropped,
        };
    }

    /// <summary>What lies under the centre of each pixel of a smaller picture.</summary>
    private static LabelMap Reduced(LabelMap labels, int side)
    {
        ushort[] reduced = new ushort[side * side];
        float scale = labels.Width / (float)side;
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                reduced[(y * side) + x] = labels[(int)((x + .5f) * scale), (int)((y + .5f) * scale)];
            }
        }

        return new LabelMap(side, side, reduced);
    }

    /// <summary>Moves the labels of leaves that show too little into a map of their own.</summary>
    private static (int Count, LabelMap? Dropped) DropSmall(LabelMap labels, int minVisibleArea)
    {
        HashSet<ushort> small = [.. labels.Areas().Where(leaf => leaf.Area < minVisibleArea).Select(leaf => leaf.Label)];
        if (small.Count == 0)
        {
            return (0, null);
        }

        LabelMap dropped = new(labels.Width, labels.Height);
        for (int i = 0; i < labels.Labels.Length; i++)
        {
            if (labels.Labels[i] != 0 && small.Contains(labels.Labels[i]))
            {
                (dropped.Labels[i], labels.Labels[i]) = (labels.Labels[i], 0);
            }
        }

        return (small.Count, dropped);
    }
}
