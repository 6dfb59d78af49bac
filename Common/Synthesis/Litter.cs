namespace LeafSeg.Common.Synthesis;

/// <summary>Small things that lie on the soil: perlite, sand, chips, fibres, duckweed-like greens.</summary>
internal sealed class Litter
{
    private readonly List<Piece> pieces = [];

    public Litter(RandomSource random, int size, float pixel)
    {
        for (int kinds = random.Integer(0, 4); kinds > 0; kinds--)
        {
            AddKind(random, size, pixel);
        }
    }

    private void AddKind(RandomSource random, int size, float pixel)
    {
        int kind = random.Integer(0, 5);
        float density = random.Unit();
        int count = (int)(density * density * (kind switch { 4 => 40, 0 or 1 => 700, _ => 350 })) + 4;
        float big = (kind == 4 ? .8f : random.Between(1, 4.5f)) * pixel;
        float hue = random.Between(60, 140);
        for (int i = 0; i < count; i++)
        {
            (float low, float high) = kind switch { 4 => (5f, 18f), 3 => (1.2f, 4), _ => (1, 1.7f) };
            float radius = big * random.Between(.35f, 1);
            Rgb colour = kind switch
            {
                0 => Rgb.FromHsv(random.Between(30, 60), random.Between(0, .15f), random.Between(.6f, .95f)),
                1 => Rgb.FromHsv(random.Between(22, 48), random.Between(.25f, .7f), random.Between(.4f, .9f)),
                2 => Rgb.FromHsv(hue + (random.Normal() * 10), random.Between(.4f, .9f), random.Between(.2f, .65f)),
                3 => Rgb.FromHsv(random.Between(12, 35), random.Between(.2f, .6f), random.Between(.15f, .5f)),
                4 => Rgb.FromHsv(random.Between(20, 45), random.Between(.15f, .5f), random.Between(.3f, .7f)),
                _ => Rgb.FromHsv(random.Between(0, 360), random.Between(0, .1f), random.Between(.1f, .5f)),
            };
            pieces.Add(Piece.Draw(random, size, radius * random.Between(low, high), radius, colour, kind != 2, corners: .5f));
        }
    }

    public void Paint(Canvas canvas, Container? container, Lamp lamp)
    {
        foreach (Piece piece in pieces)
        {
            if (container is null || container.Distance(piece.X, piece.Y) < -piece.Width)
            {
                piece.Paint(canvas, lamp);
            }
        }
    }

    private sealed record Piece(float X, float Y, float Cos, float Sin, float Length, float Width, Rgb Colour, bool Solid, float Corners, int Noise)
    {
        public static Piece Draw(RandomSource random, int size, float length, float width, Rgb colour, bool solid, float corners)
        {
            (double sin, double cos) = Math.SinCos(random.Between(0, 2 * MathF.PI));
            return new Piece(random.Between(0, size), random.Between(0, size), (float)cos, (float)sin,
                Math.Max(.8f, length), Math.Max(.6f, width), colour, solid, corners, random.Integer(0, 511));
        }

        public void Paint(Canvas canvas, Lamp lamp)
        {
            if (Solid)
            {
                float drop = Math.Min(Width, 5) * .7f;
                Stamp(canvas, lamp, X - (lamp.X / lamp.Z * drop), Y - (lamp.Y / lamp.Z * drop), shadow: true);
            }

            Stamp(canvas, lamp, X, Y, shadow: false);
        }

        private void Stamp(Canvas canvas, Lamp lamp, float centreX, float centreY, bool shadow)
        {
            float reach = Math.Max(Length, Width) + 1;
            int top = Math.Max(0, (int)(centreY - reach)), bottom = Math.Min(canvas.Size, (int)(centreY + reach) + 1);
            int left = Math.Max(0, (int)(centreX - reach)), right = Math.Min(canvas.Size, (int)(centreX + reach) + 1);
            for (int y = top; y < bottom; y++)
            {
                for (int x = left; x < right; x++)
                {
                    float dx = x + .5f - centreX, dy = y + .5f - centreY;
                    float u = ((dx * Cos) + (dy * Sin)) / Length, v = ((dy * Cos) - (dx * Sin)) / Width;
                    float ragged = Corners * .5f * NoiseTexture.Grain.At((int)(X + (u * 1.8f)) + Noise, (int)(Y + (v * 1.8f)));
                    float r = Corners > 0 ? MathF.Sqrt((u * u) + (v * v)) + ragged : Math.Max(MathF.Abs(u), MathF.Abs(v));
                    float coverage = Math.Clamp(((1 - r) * Width) + .5f, 0, 1);
                    if (coverage <= 0)
                    {
                        continue;
                    }

                    if (shadow)
                    {
                        canvas.Blend((y * canvas.Size) + x, default, coverage * .6f * (1 - lamp.Ambient));
                        continue;
                    }

                    float round = Corners > 0 && Solid ? ((dx * lamp.X) + (dy * lamp.Y)) / Math.Max(Width, 1) * .45f : 0;
                    canvas.Blend((y * canvas.Size) + x, Colour * Math.Max(.2f, 1 + round), coverage * (Solid ? .95f : .6f));
                }
            }
        }
    }
}
