namespace LeafSeg.Common.Synthesis;

/// <summary>Everything below the plant: substrate, pot and bench.</summary>
internal sealed class Ground
{
    /// <summary>Least difference between the plant and its ground, as <see cref="Rgb.DistanceTo"/>.</summary>
    private const float LeastContrast = .18f;

    private readonly Surface inside, around;
    private readonly Container? container;
    private readonly Litter? litter;
    private readonly PlantTag? tag;
    private readonly float left, top, right, bottom;

    private Ground(RandomSource random, RosetteSettings settings, float centreX, float centreY, float plantRadius, Rgb plant, BackgroundPlates? plates)
    {
        int size = settings.Size;
        float pixel = size / 500f;
        bool unnatural = random.Chance(settings.UnnaturalShare);
        // Ground that looks exactly like the plant teaches nothing; a little of it stays.
        float apart = random.Chance(.04f) ? 0 : LeastContrast;
        int tries = 0;
        do
        {
            inside = Inside(random, unnatural, pixel);
        }
        while (inside.DistanceTo(plant) < apart && ++tries < 8);

        around = unnatural || random.Chance(.12f) ? Sheet.AnyColour(random, pixel)
            : random.Chance(.15f) ? new Soil(random, pixel)
            : Sheet.Usual(random, pixel);
        container = random.Chance(.72f) ? new Container(random, size, centreX, centreY, plantRadius) : null;
        litter = inside is Soil or Mesh || random.Chance(.3f) ? new Litter(random, size, pixel) : null;
        tag = random.Chance(settings.TagShare) ? new PlantTag(random, size) : null;
        if (plates is not null && random.Chance(settings.PlateShare))
        {
            Plate plate = new(random, plates.Pictures[random.Integer(0, plates.Count - 1)], size);
            // A photograph may show everything below the plant, or only the bench below a rendered pot.
            bool everything = random.Chance(.7f);
            (inside, around) = (everything ? plate : inside, plate);
            container = everything ? null : container;
            litter = everything ? null : litter;
        }

        (left, top, right, bottom) = (0, 0, size, size);
        if (random.Chance(.05f))
        {
            // Some data sets cut the plant out of its tray and leave the rest black.
            left = centreX - (plantRadius * random.Between(1.02f, 1.4f));
            top = centreY - (plantRadius * random.Between(1.02f, 1.4f));
            right = centreX + (plantRadius * random.Between(1.02f, 1.4f));
            bottom = centreY + (plantRadius * random.Between(1.02f, 1.4f));
        }
    }

    private Ground(RandomSource random, int size, Surface inside, Surface around, Container? container)
    {
        (this.inside, this.around, this.container) = (inside, around, container);
        litter = inside is Soil ? new Litter(random, size, size / 500f) : null;
        (left, top, right, bottom) = (0, 0, size, size);
    }

    /// <summary>The plant is on a <see cref="BrightGround"/>, some in a tray or a dish of any colour.</summary>
    public static Ground DrawBright(RandomSource random, RosetteSettings settings, float centreX, float centreY, float plantRadius, Rgb plant, BackgroundPlates? plates)
    {
        int size = settings.Size;
        if (plates is not null && random.Chance(settings.PlateShare))
        {
            Plate plate = new(random, plates.Pictures[random.Integer(0, plates.Count - 1)], size);
            return new Ground(random, size, plate, plate, container: null);
        }

        Surface inside = BrightGround.Draw(random, size, centreX, centreY);
        for (int tries = 0; inside.DistanceTo(plant) < LeastContrast && tries < 8; tries++)
        {
            inside = BrightGround.Draw(random, size, centreX, centreY);
        }

        return random.Chance(.25f)
            ? new Ground(random, size, inside, BrightGround.Draw(random, size, centreX, centreY), new Container(random, size, centreX, centreY, plantRadius, Board.Paint(random)))
            : new Ground(random, size, inside, inside, container: null);
    }

    /// <summary>What is often taken for a plant: trays and plates whose cells hold nothing but soil, single pots, benches.</summary>
    public static Ground DrawEmpty(RandomSource random, int size)
    {
        float pixel = size / 500f, x = random.Between(0, size), y = random.Between(0, size);
        Surface around = random.Chance(.5f) ? Sheet.Usual(random, pixel) : BrightGround.Draw(random, size, x, y);
        return random.Unit() switch
        {
            < .35f => new Ground(random, size, new Soil(random, pixel), around, new Container(random, size, x, y, 0, cell: random.Between(.04f, .25f))),
            < .6f => Plain(new Perforated(random, new Board(random, size, pixel), new Soil(random, pixel), size * random.Between(.09f, .4f), x, y)),
            < .8f => new Ground(random, size, new Soil(random, pixel), around, new Container(random, size, x, y, 0)),
            _ => Plain(BrightGround.Draw(random, size, x, y)),
        };

        Ground Plain(Surface surface) => new(random, size, surface, surface, container: null);
    }

    /// <summary>What does not shine in fluorescence: nearly black, a pot or algae around the plant just to be seen.</summary>
    public static Ground DrawDark(RandomSource random, int size, float centreX, float centreY, float plantRadius)
    {
        DarkSurface inside = new(random, size, centreX, centreY, plantRadius);
        return new Ground(random, size, inside, inside, container: null);
    }

    /// <summary>Linear light of all but its brightest tenth, the largest channel of each place.</summary>
    public float Brightness(int size, Lamp lamp)
    {
        const int Side = 12;
        float[] light = [.. Enumerable.Range(0, Side * Side).Select(i => At(((i % Side) + .5f) * size / Side, ((i / Side) + .5f) * size / Side, lamp))
            .Select(colour => Math.Max(colour.R, Math.Max(colour.G, colour.B))).Order()];
        return light[light.Length * 9 / 10];
    }

    private Rgb At(float x, float y, Lamp lamp) => container is null ? inside.At(x, y, lamp) : container.At(x, y, inside, around, lamp);

    public static Ground Draw(RandomSource random, RosetteSettings settings, float centreX, float centreY, float plantRadius, Rgb plant, BackgroundPlates? plates) =>
        new(random, settings, centreX, centreY, plantRadius, plant, plates);

    private static Surface Inside(RandomSource random, bool unnatural, float pixel)
    {
        float kind = random.Unit();
        return unnatural ? Sheet.AnyColour(random, pixel)
            : kind < .8f ? new Soil(random, pixel)
            : kind < .87f ? new Mesh(random, pixel)
            : kind < .95f ? Sheet.Usual(random, pixel)
            : Sheet.Black(random, pixel);
    }

    /// <summary>Paints all of the canvas.</summary>
    /// <param name="canvas">What to paint on.</param>
    /// <param name="lamp">Where light comes from.</param>
    /// <param name="block">Pixels each way that take one colour: no more than the sensor averages anyway.</param>
    public void Paint(Canvas canvas, Lamp lamp, int block)
    {
        int size = canvas.Size;
        canvas.Direct.AsSpan().Fill(1 - lamp.Ambient);
        for (int y = 0; y < size; y += block)
        {
            Span<float> row = canvas.Light.AsSpan(y * size * 3, size * 3);
            for (int x = 0; x < size; x += block)
            {
                float px = x + (.5f * block), py = y + (.5f * block);
                Rgb colour = At(px, py, lamp);
                int end = Math.Min(x + block, size) * 3;
                for (int i = x * 3; i < end; i += 3)
                {
                    row[i] = colour.R;
                    row[i + 1] = colour.G;
                    row[i + 2] = colour.B;
                }
            }

            for (int copy = y + 1; copy < Math.Min(y + block, size); copy++)
            {
                row.CopyTo(canvas.Light.AsSpan(copy * size * 3));
            }
        }

        litter?.Paint(canvas, container, lamp);
        tag?.Paint(canvas, lamp);
        CutOut(canvas);
    }

    private void CutOut(Canvas canvas)
    {
        int size = canvas.Size;
        int first = Math.Clamp((int)left, 0, size), last = Math.Clamp((int)right, first, size);
        for (int y = 0; y < size; y++)
        {
            Span<float> row = canvas.Light.AsSpan(y * size * 3, size * 3);
            if (y < top || y >= bottom)
            {
                row.Clear();
                continue;
            }

            row[..(first * 3)].Clear();
            row[(last * 3)..].Clear();
        }
    }
}
