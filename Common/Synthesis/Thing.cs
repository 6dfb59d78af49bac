namespace LeafSeg.Common.Synthesis;

/// <summary>Something that lies on the ground or over the plant and is no leaf.</summary>
internal abstract record Thing
{
    /// <summary>How far its shadow falls, in pixels for a lamp at 45 degrees.</summary>
    public float Thickness { get; init; }

    /// <summary>A circle around all of it.</summary>
    protected abstract (float X, float Y, float Radius) Around { get; }

    /// <summary>Pixels from its outline, negative inside.</summary>
    protected abstract float Distance(float x, float y);

    protected abstract Rgb At(float x, float y, float distance, Lamp lamp);

    /// <summary>Darkens what the lamp does not reach beside it.</summary>
    public void PaintShadow(Canvas canvas, Lamp lamp)
    {
        float shiftX = lamp.X / lamp.Z * Thickness, shiftY = lamp.Y / lamp.Z * Thickness, soft = 1 + (Thickness * .4f);
        float dark = .7f * (1 - lamp.Ambient);
        Stamp(canvas, -shiftX, -shiftY, soft, (pixel, x, y, distance) =>
            canvas.Blend(pixel, default, Math.Clamp(.5f - (distance / soft), 0, 1) * dark));
    }

    /// <param name="canvas">What to paint on.</param>
    /// <param name="lamp">Where light comes from.</param>
    public void Paint(Canvas canvas, Lamp lamp) => Stamp(canvas, 0, 0, 1, (pixel, x, y, distance) =>
    {
        canvas.Blend(pixel, At(x, y, distance, lamp), Math.Clamp(.5f - distance, 0, 1));
        if (distance < 0)
        {
            canvas.Leaf[pixel] = 0;
        }
    });

    private void Stamp(Canvas canvas, float shiftX, float shiftY, float soft, Action<int, float, float, float> paint)
    {
        (float centreX, float centreY, float radius) = Around;
        radius += soft;
        int top = Math.Max(0, (int)(centreY + shiftY - radius)), bottom = Math.Min(canvas.Size, (int)(centreY + shiftY + radius) + 1);
        int left = Math.Max(0, (int)(centreX + shiftX - radius)), right = Math.Min(canvas.Size, (int)(centreX + shiftX + radius) + 1);
        for (int row = top; row < bottom; row++)
        {
            for (int column = left; column < right; column++)
            {
                float x = column + .5f - shiftX, y = row + .5f - shiftY;
                float distance = Distance(x, y);
                if (distance < soft * .5f)
                {
                    paint((row * canvas.Size) + column, x, y, distance);
                }
            }
        }
    }
}

/// <summary>A rod between two points, or a disc where they are one: hoses and fingers are made of several.</summary>
internal sealed record Rod : Thing
{
    public required float X0 { get; init; }

    public required float Y0 { get; init; }

    public required float X1 { get; init; }

    public required float Y1 { get; init; }

    public required float Radius0 { get; init; }

    public required float Radius1 { get; init; }

    public required Rgb Colour { get; init; }

    /// <summary>A part of something longer: its ends are not rounded off by light.</summary>
    public bool Open { get; init; }

    /// <summary>0 flat, 1 a half cylinder or dome.</summary>
    public float Roundness { get; init; }

    public float Gloss { get; init; }

    /// <summary>How mottled it is.</summary>
    public float Mottle { get; init; }

    protected override (float X, float Y, float Radius) Around =>
        ((X0 + X1) / 2, (Y0 + Y1) / 2, (MathF.Sqrt(((X1 - X0) * (X1 - X0)) + ((Y1 - Y0) * (Y1 - Y0))) / 2) + Math.Max(Radius0, Radius1));

    protected override float Distance(float x, float y)
    {
        (float dx, float dy, float radius) = Nearest(x, y);
        return MathF.Sqrt((dx * dx) + (dy * dy)) - radius;
    }

    protected override Rgb At(float x, float y, float distance, Lamp lamp)
    {
        (float dx, float dy, float radius) = Nearest(x, y);
        if (Open)
        {
            float ax = X1 - X0, ay = Y1 - Y0;
            float across = ((dy * ax) - (dx * ay)) / Math.Max((ax * ax) + (ay * ay), 1e-3f);
            (dx, dy) = (-ay * across, ax * across);
        }

        float slope = Roundness / Math.Max(radius, .5f);
        float facing = ((dx * lamp.X) + (dy * lamp.Y)) * slope;
        float light = Math.Max(.15f, 1 + (facing * .9f)) * (1 + ((NoiseTexture.Clouds.At(x * 2, y * 2) - .5f) * Mottle));
        // A bright line where the side that leans half way towards the lamp is.
        float shine = Gloss * Math.Max(0, 1 - (MathF.Abs(facing - .35f) * 6));
        Rgb lit = Colour * light;
        return new Rgb(lit.R + shine, lit.G + shine, lit.B + shine);
    }

    /// <summary>From the axis to a place, and the radius there.</summary>
    private (float X, float Y, float Radius) Nearest(float x, float y)
    {
        float ax = X1 - X0, ay = Y1 - Y0, length = (ax * ax) + (ay * ay);
        float t = length > 0 ? Math.Clamp((((x - X0) * ax) + ((y - Y0) * ay)) / length, 0, 1) : 0;
        return (x - X0 - (t * ax), y - Y0 - (t * ay), Radius0 + ((Radius1 - Radius0) * t));
    }
}

/// <summary>A flat rectangle with round corners and perhaps an outline: cards, panels, tape, paper.</summary>
internal sealed record Card : Thing
{
    public required float X { get; init; }

    public required float Y { get; init; }

    public required float Cos { get; init; }

    public required float Sin { get; init; }

    public required float HalfLength { get; init; }

    public required float HalfWidth { get; init; }

    public float Corner { get; init; }

    public required Rgb Colour { get; init; }

    /// <summary>Width of the outline in pixels, in a colour of its own.</summary>
    public float Outline { get; init; }

    public Rgb OutlineColour { get; init; }

    protected override (float X, float Y, float Radius) Around => (X, Y, MathF.Sqrt((HalfLength * HalfLength) + (HalfWidth * HalfWidth)));

    protected override float Distance(float x, float y)
    {
        float dx = x - X, dy = y - Y;
        float u = MathF.Abs((dx * Cos) + (dy * Sin)) - HalfLength + Corner, v = MathF.Abs((dy * Cos) - (dx * Sin)) - HalfWidth + Corner;
        float outside = MathF.Sqrt((Math.Max(u, 0) * Math.Max(u, 0)) + (Math.Max(v, 0) * Math.Max(v, 0)));
        return outside + Math.Min(Math.Max(u, v), 0) - Corner;
    }

    protected override Rgb At(float x, float y, float distance, Lamp lamp) =>
        (distance > -Outline ? OutlineColour : Colour) * (1 + (.03f * NoiseTexture.Grain.At((int)x, (int)y)));
}

/// <summary>A cushion of moss or a patch of algae with a ragged edge.</summary>
internal sealed record MossPatch : Thing
{
    public required float X { get; init; }

    public required float Y { get; init; }

    public required float Radius { get; init; }

    public required Rgb Colour { get; init; }

    public required float Scale { get; init; }

    public required float Place { get; init; }

    protected override (float X, float Y, float Radius) Around => (X, Y, Radius * 1.5f);

    protected override float Distance(float x, float y)
    {
        float dx = x - X, dy = y - Y;
        float ragged = (NoiseTexture.Clouds.At((x * Scale) + Place, (y * Scale) + Place) - .5f) * 1.6f;
        return (MathF.Sqrt((dx * dx) + (dy * dy)) - (Radius * (1 + ragged))) * .5f;
    }

    protected override Rgb At(float x, float y, float distance, Lamp lamp)
    {
        float u = x * Scale * 3, v = y * Scale * 3;
        float crumb = NoiseTexture.Crumbs.At(u + Place, v), lit = crumb - NoiseTexture.Crumbs.At(u + Place + (lamp.X * 2), v + (lamp.Y * 2));
        return Colour * Math.Max(.15f, .45f + (crumb * .8f) + (lit * .8f));
    }
}
