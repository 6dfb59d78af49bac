namespace LeafSeg.Common.Synthesis;

/// <summary>What a model takes for leaves and what is none: hoses, sticks, caps, colour cards, panels, moss, tags, hands.</summary>
internal sealed class Clutter
{
    private readonly List<Thing> below = [], above = [];
    private readonly List<PlantTag> tags = [];
    private readonly int size;

    private Clutter(RandomSource random, int size, bool nothingElse)
    {
        this.size = size;
        for (int kinds = random.Integer(1, nothingElse ? 4 : 3); kinds > 0; kinds--)
        {
            Add(random);
        }

        // Few things lie over leaves; a leaf under a stick is still one leaf.
        if (!nothingElse && random.Chance(.12f))
        {
            Hose(random, above, size * random.Between(.002f, .01f));
        }
    }

    /// <param name="random">Where chance comes from.</param>
    /// <param name="size">Width and height of the picture in pixels.</param>
    /// <param name="nothingElse">There is no plant to look at.</param>
    public static Clutter Draw(RandomSource random, int size, bool nothingElse) => new(random, size, nothingElse);

    /// <summary>What lies below the plant.</summary>
    public void PaintBelow(Canvas canvas, Lamp lamp)
    {
        Paint(below, canvas, lamp);
        tags.ForEach(tag => tag.Paint(canvas, lamp));
    }

    /// <summary>What lies over the plant.</summary>
    public void PaintAbove(Canvas canvas, Lamp lamp) => Paint(above, canvas, lamp);

    private static void Paint(List<Thing> things, Canvas canvas, Lamp lamp)
    {
        things.ForEach(thing => thing.PaintShadow(canvas, lamp));
        things.ForEach(thing => thing.Paint(canvas, lamp));
    }

    private void Add(RandomSource random)
    {
        switch (random.Integer(0, 9))
        {
            case 0 or 1:
                Hose(random, below, size * random.Between(.004f, .05f));
                break;
            case 2:
                Sticks(random);
                break;
            case 3 or 4:
                Caps(random);
                break;
            case 5:
                ColourCard(random);
                break;
            case 6:
                Panel(random);
                break;
            case 7:
                Moss(random);
                break;
            case 8:
                Hand(random);
                break;
            default:
                for (int count = random.Integer(1, 3); count > 0; count--)
                {
                    tags.Add(new PlantTag(random, size));
                }

                break;
        }
    }

    /// <summary>Across the picture in a curve, as short rods; some are as green as a stem.</summary>
    private void Hose(RandomSource random, List<Thing> things, float radius)
    {
        (float X, float Y) from = Border(random), by = (random.Between(0, size), random.Between(0, size)), to = Border(random);
        Rgb colour = random.Chance(.3f) ? Rgb.FromHsv(random.Between(80, 150), random.Between(.3f, .8f), random.Between(.2f, .8f)) : Board.Paint(random);
        float gloss = random.Between(0, .4f);
        const int Parts = 24;
        (float X, float Y) last = from;
        for (int i = 1; i <= Parts; i++)
        {
            float t = i / (float)Parts, a = (1 - t) * (1 - t), b = 2 * t * (1 - t), c = t * t;
            (float X, float Y) next = ((a * from.X) + (b * by.X) + (c * to.X), (a * from.Y) + (b * by.Y) + (c * to.Y));
            things.Add(new Rod
            {
                X0 = last.X, Y0 = last.Y, X1 = next.X, Y1 = next.Y, Radius0 = radius, Radius1 = radius,
                Colour = colour, Roundness = 1, Open = true, Gloss = gloss, Thickness = radius * 1.2f,
            });
            last = next;
        }
    }

    private void Sticks(RandomSource random)
    {
        Rgb colour = random.Chance(.5f) ? Rgb.FromHsv(random.Between(25, 45), random.Between(.2f, .5f), random.Between(.5f, .9f)) : Board.Paint(random);
        float radius = size * random.Between(.003f, .015f);
        for (int count = random.Integer(1, 4); count > 0; count--)
        {
            (float x, float y) = (random.Between(0, size), random.Between(0, size));
            (double sin, double cos) = Math.SinCos(random.Between(0, 2 * MathF.PI));
            float length = size * random.Between(.1f, 1);
            below.Add(new Rod
            {
                X0 = x, Y0 = y, X1 = x + ((float)cos * length), Y1 = y + ((float)sin * length), Radius0 = radius, Radius1 = radius * random.Between(.6f, 1.2f),
                Colour = colour, Roundness = random.Between(.3f, 1), Gloss = random.Between(0, .2f), Thickness = radius * 2, Mottle = random.Between(0, .4f),
            });
        }
    }

    /// <summary>Bottle caps, coins, markers, beans, drops: one or many alike, round or oval, of any colour and often green.</summary>
    private void Caps(RandomSource random)
    {
        Rgb colour = random.Chance(.35f) ? Rgb.FromHsv(random.Between(70, 160), random.Between(.2f, .8f), random.Between(.2f, .85f)) : Board.Paint(random);
        float radius = size * random.Between(.01f, .1f), stretch = random.Chance(.5f) ? 0 : random.Between(.3f, 2), roundness = random.Unit();
        for (int count = random.Chance(.4f) ? 1 : random.Integer(2, 12); count > 0; count--)
        {
            (float x, float y) = (random.Between(0, size), random.Between(0, size));
            (double sin, double cos) = Math.SinCos(random.Between(0, 2 * MathF.PI));
            below.Add(new Rod
            {
                X0 = x, Y0 = y, X1 = x + ((float)cos * radius * stretch), Y1 = y + ((float)sin * radius * stretch), Radius0 = radius, Radius1 = radius,
                Colour = colour * random.Between(.85f, 1.1f), Roundness = roundness, Gloss = roundness * .3f, Thickness = radius * .3f, Mottle = random.Between(0, .3f),
            });
        }
    }

    private void ColourCard(RandomSource random)
    {
        (int columns, int rows) = random.Integer(0, 2) switch { 0 => (6, 4), 1 => (random.Integer(2, 8), 1), _ => (random.Integer(2, 4), random.Integer(2, 4)) };
        float field = size * random.Between(.02f, .07f), x = random.Between(0, size), y = random.Between(0, size);
        (double s, double c) = Math.SinCos((random.Integer(0, 3) * Math.PI / 2) + (random.Normal() * .1f));
        (float cos, float sin) = ((float)c, (float)s);
        below.Add(new Card
        {
            X = x, Y = y, Cos = cos, Sin = sin, HalfLength = columns * field * .55f, HalfWidth = rows * field * .55f, Corner = field * .1f,
            Colour = Rgb.FromHsv(0, 0, random.Chance(.7f) ? .1f : .95f), Thickness = size * .004f,
        });
        for (int i = 0; i < columns * rows; i++)
        {
            float along = (i % columns) - ((columns - 1) / 2f), across = (i / columns) - ((rows - 1) / 2f);
            below.Add(new Card
            {
                X = x + (((along * cos) - (across * sin)) * field), Y = y + (((along * sin) + (across * cos)) * field), Cos = cos, Sin = sin,
                HalfLength = field * .42f, HalfWidth = field * .42f, Colour = Rgb.FromHsv(random.Between(0, 360), random.Chance(.25f) ? 0 : random.Between(.3f, .9f), random.Between(.2f, 1)),
            });
        }
    }

    /// <summary>Another board, tray or sheet of paper that reaches in from the border.</summary>
    private void Panel(RandomSource random)
    {
        (float x, float y) = Border(random);
        (double s, double c) = Math.SinCos((random.Integer(0, 1) * Math.PI / 2) + (random.Normal() * .08f));
        below.Add(new Card
        {
            X = x, Y = y, Cos = (float)c, Sin = (float)s, HalfLength = size * random.Between(.08f, .4f), HalfWidth = size * random.Between(.08f, .25f),
            Corner = size * random.Between(0, .07f), Colour = Board.Paint(random), Thickness = size * random.Between(0, .015f),
            Outline = random.Chance(.5f) ? size * random.Between(.002f, .012f) : 0, OutlineColour = Board.Paint(random) * random.Between(.1f, 1),
        });
    }

    private void Moss(RandomSource random)
    {
        Rgb colour = Rgb.FromHsv(random.Between(60, 135), random.Between(.3f, .9f), random.Between(.3f, .75f));
        float scale = random.Between(.4f, 1.2f) * 500 / size;
        for (int count = random.Integer(1, 7); count > 0; count--)
        {
            below.Add(new MossPatch
            {
                X = random.Between(0, size), Y = random.Between(0, size), Radius = size * random.Between(.015f, .14f), Colour = colour * random.Between(.8f, 1.1f),
                Scale = scale, Place = random.Between(0, 512), Thickness = size * .003f,
            });
        }
    }

    /// <summary>Fingers that reach in from the border, bare or in a glove.</summary>
    private void Hand(RandomSource random)
    {
        (float x, float y) = Border(random);
        float inwards = MathF.Atan2((size / 2f) - y, (size / 2f) - x) + (random.Normal() * .3f), unit = size * random.Between(.03f, .055f);
        Rgb colour = random.Chance(.6f)
            ? Rgb.FromHsv(random.Between(8, 30), random.Between(.25f, .65f), random.Between(.3f, .95f))
            : Rgb.FromHsv(random.Between(0, 360), random.Chance(.4f) ? 0 : random.Between(.3f, .8f), random.Between(.4f, 1));
        (x, y) = (x - (MathF.Cos(inwards) * unit * random.Between(0, 5)), y - (MathF.Sin(inwards) * unit * random.Between(0, 5)));
        below.Add(Limb(x - (MathF.Cos(inwards) * unit * 9), y - (MathF.Sin(inwards) * unit * 9), x, y, unit * 2, unit * 2.4f));
        for (int finger = 0; finger < 5; finger++)
        {
            bool thumb = finger == 4;
            float side = thumb ? -2.2f : (finger - 1.5f) * 1.25f, angle = inwards + (thumb ? -.8f : (finger - 1.5f) * .12f) + (random.Normal() * .12f);
            float baseX = x - (MathF.Sin(inwards) * side * unit), baseY = y + (MathF.Cos(inwards) * side * unit);
            float length = unit * (thumb ? 2.6f : random.Between(2.2f, 3)), bend = angle + (random.Normal() * .35f);
            float jointX = baseX + (MathF.Cos(angle) * length), jointY = baseY + (MathF.Sin(angle) * length);
            below.Add(Limb(baseX, baseY, jointX, jointY, unit * .75f, unit * .65f));
            below.Add(Limb(jointX, jointY, jointX + (MathF.Cos(bend) * length * .8f), jointY + (MathF.Sin(bend) * length * .8f), unit * .65f, unit * .5f));
        }

        Rod Limb(float x0, float y0, float x1, float y1, float radius0, float radius1) => new()
        {
            X0 = x0, Y0 = y0, X1 = x1, Y1 = y1, Radius0 = radius0, Radius1 = radius1, Colour = colour, Roundness = .8f, Gloss = .03f, Mottle = .25f, Thickness = unit,
        };
    }

    private (float X, float Y) Border(RandomSource random)
    {
        float place = random.Between(0, size);
        return random.Integer(0, 3) switch { 0 => (place, 0), 1 => (place, size), 2 => (0, place), _ => (size, place) };
    }
}
