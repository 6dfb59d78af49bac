namespace LeafSeg.Common.Synthesis;

/// <summary>Paints leaves from the lowest to the highest, so that what is painted last is what is seen.</summary>
internal static class LeafPainter
{
    public static void Paint(Canvas canvas, LeafPose leaf, Lamp lamp)
    {
        LeafOutline outline = LeafOutline.Of(leaf);
        float lowAlong = -LeafOutline.Margin + .5f, highAlong = leaf.Length + LeafOutline.Margin - 1;
        float lowAcross = outline.Low - 2, highAcross = outline.High + 2;
        (int top, int bottom) = Rows(leaf, lowAlong, highAlong, lowAcross, highAcross, canvas.Size);
        Brush brush = new(leaf, lamp);
        for (int y = top; y < bottom; y++)
        {
            float dy = y + .5f - leaf.Y;
            float from = 0, to = canvas.Size;
            // along = dx cos + dy sin and across = dy cos - dx sin both have to lie in their ranges.
            Clip(leaf.Cos, dy * leaf.Sin, lowAlong, highAlong, leaf.X, ref from, ref to);
            Clip(-leaf.Sin, dy * leaf.Cos, lowAcross, highAcross, leaf.X, ref from, ref to);
            int first = (int)Math.Max(0, MathF.Floor(from)), last = (int)Math.Min(canvas.Size, MathF.Ceiling(to));
            for (int x = first; x < last; x++)
            {
                float dx = x + .5f - leaf.X;
                float along = (dx * leaf.Cos) + (dy * leaf.Sin), across = (dy * leaf.Cos) - (dx * leaf.Sin);
                int station = (int)((along + LeafOutline.Margin) * LeafOutline.StationsPerPixel);
                if ((uint)station >= (uint)outline.Stations.Length)
                {
                    continue;
                }

                ref readonly LeafOutline.Station s = ref outline.Stations[station];
                float v = across - s.Mid;
                bool left = v < 0;
                float half = left ? s.Left : s.Right;
                float outside = ((left ? -v : v) - half) * (left ? s.LeftSteepness : s.RightSteepness) * s.Turn;
                if (s.Bay > 0)
                {
                    float middle = left ? -v : v;
                    outside = Math.Max(outside, Math.Min(s.Bay - middle, middle - s.Stalk) * .8f);
                }

                if (outside >= .5f)
                {
                    continue;
                }

                int pixel = (y * canvas.Size) + x;
                (Rgb light, float direct, float height) = brush.Shade(in s, along, v, half);
                float coverage = Math.Min(1, .5f - outside);
                canvas.Blend(pixel, light, coverage);
                canvas.Direct[pixel] += (direct - canvas.Direct[pixel]) * coverage;
                if (outside < 0)
                {
                    canvas.Leaf[pixel] = leaf.Number;
                    canvas.Height[pixel] = Math.Max(height, canvas.Height[pixel] + 1);
                }
            }
        }
    }

    private static (int Top, int Bottom) Rows(LeafPose leaf, float lowAlong, float highAlong, float lowAcross, float highAcross, int size)
    {
        float a = lowAlong * leaf.Sin, b = highAlong * leaf.Sin, c = lowAcross * leaf.Cos, d = highAcross * leaf.Cos;
        float top = leaf.Y + Math.Min(a, b) + Math.Min(c, d), bottom = leaf.Y + Math.Max(a, b) + Math.Max(c, d);
        return (Math.Max(0, (int)MathF.Floor(top)), Math.Min(size, (int)MathF.Ceiling(bottom) + 1));
    }

    /// <summary>Narrows from..to to the x at which low &lt;= factor * (x - origin) + offset &lt;= high.</summary>
    private static void Clip(float factor, float offset, float low, float high, float origin, ref float from, ref float to)
    {
        if (MathF.Abs(factor) < 1e-4f)
        {
            return;
        }

        float a = ((low - offset) / factor) + origin, b = ((high - offset) / factor) + origin;
        from = Math.Max(from, Math.Min(a, b) - 1);
        to = Math.Min(to, Math.Max(a, b) + 1);
    }

    /// <summary>Colour and tilt of one leaf at any place of it.</summary>
    private readonly struct Brush(LeafPose leaf, Lamp lamp)
    {
        private readonly float bladeLength = leaf.Length * (1 - leaf.PetioleShare);
        private readonly float veinSpacing = leaf.Length * (1 - leaf.PetioleShare) / leaf.Form.Veins;
        private readonly float textureScale = Math.Clamp(70 / leaf.HalfWidth, 1, 6);

        public (Rgb Light, float Direct, float Height) Shade(in LeafOutline.Station s, float along, float v, float half)
        {
            LeafForm form = leaf.Form;
            LeafColour colour = leaf.Colour;
            float side = v < 0 ? -1 : 1;
            float a = v * side;
            float t = Math.Min(1, a / Math.Max(half, .5f));

            if (form.Photograph is not null)
            {
                return Photographed(form.Photograph, in s, along, v, t, half);
            }

            // Side veins leave the midrib at about 45 degrees and turn towards the tip.
            float vein = ((s.X * bladeLength) - (a * (.9f - (.35f * t)))) / veinSpacing;
            vein += side * .23f;
            float between = vein - MathF.Floor(vein) - .5f;
            float veinDistance = MathF.Abs(between) * veinSpacing;
            float veinLine = Math.Max(0, 1 - (veinDistance * (1.1f - (.3f * t)))) * (1 - (t * .8f)) * s.Blade * .6f;
            float midribLine = Math.Max(0, 1.3f - (a / s.Midrib)) * (1 - (s.X * .7f));
            float line = Math.Min(1, Math.Max(veinLine, midribLine)) * colour.VeinContrast;

            float mottle = NoiseTexture.Clouds.At(form.NoiseX + (along * textureScale), form.NoiseY + (v * textureScale)) - .5f;
            float grain = NoiseTexture.Grain.At((int)(form.NoiseX + (along * 1.4f)), (int)(form.NoiseY + (v * 1.4f) + 600));
            float margin = colour.MarginShare * ((t * t * .6f) + (s.X * s.X * .5f)) * s.Blade;
            Rgb albedo = colour.Petiole.Mix(colour.Blade.Mix(colour.Margin, Math.Min(1, margin)), s.Blade).Mix(colour.Vein, line);
            if (colour.PatternShare > 0)
            {
                float blotch = NoiseTexture.Clouds.At(form.NoiseY + (along * textureScale * colour.PatternScale), form.NoiseX + (v * textureScale * colour.PatternScale));
                albedo = albedo.Mix(colour.Pattern, Math.Clamp((blotch - .75f + (colour.PatternShare * .5f)) * 6, 0, 1));
            }

            albedo *= Math.Max(.2f, 1 + (mottle * colour.Mottle) + (grain * colour.Grain));

            // A petiole is round across; a blade is folded, cupped and quilted.
            float cross = (side * (form.Fold + (form.Cup * 2 * t)) * s.Blade) - (side * t * .8f * (1 - s.Blade)) + (side * s.Ripple * t);
            float rise = s.Slope - (form.Quilt * between * 2 * s.Blade * (1 - t)) + (mottle * .12f);
            float slopeX = (rise * leaf.Cos) - (cross * leaf.Sin), slopeY = (rise * leaf.Sin) + (cross * leaf.Cos);
            float direct = lamp.Lambert(slopeX, slopeY) * (1 - lamp.Ambient);
            // A tilted surface also sees less of the sky.
            float ambient = lamp.Ambient * (1 - (.2f * Math.Min(1, (slopeX * slopeX) + (slopeY * slopeY))));
            float light = direct + ambient;
            float gloss = colour.Gloss * Highlight(slopeX, slopeY) * s.Blade;
            if (colour.Hairs > 0)
            {
                gloss += colour.Hairs * NoiseTexture.Hairs.At((int)(form.NoiseX + (along * 1.2f)), (int)(form.NoiseY + (v * 1.2f))) * light;
            }

            Rgb seen = albedo * light;
            Rgb shining = new(seen.R + gloss, seen.G + gloss, seen.B + gloss);
            float height = s.Height + (t * half * (form.Fold + (form.Cup * t)) * .5f * s.Blade);
            return (shining, direct / Math.Max(light, 1e-3f), height);
        }

        /// <summary>A photograph has the light of its own day on it: the lamp here adds half as much as to a rendered leaf.</summary>
        private (Rgb Light, float Direct, float Height) Photographed(LeafPhotograph photograph, in LeafOutline.Station s, float along, float v, float t, float half)
        {
            LeafColour colour = leaf.Colour;
            float place = along / leaf.Length;
            Rgb own = photograph.Colour(place, (v / leaf.Length) + photograph.At(place).Mid);
            float grey = LeafPhotograph.Grey(own) / photograph.Light, bright = LeafPhotograph.Grey(colour.Blade) / photograph.Light;
            Rgb albedo = (own * bright).Mix(colour.Blade * grey, colour.Dye);
            float slopeX = s.Slope * leaf.Cos, slopeY = s.Slope * leaf.Sin;
            float direct = lamp.Lambert(slopeX, slopeY) * (1 - lamp.Ambient);
            float light = (.5f * (direct + lamp.Ambient)) + .5f;
            return (albedo * light, Math.Min(1, direct / Math.Max(light, 1e-3f)), s.Height + (t * half * leaf.Form.Fold * .5f));
        }

        /// <summary>Blinn-Phong with the camera straight above, to the sixteenth power.</summary>
        private float Highlight(float slopeX, float slopeY)
        {
            float hx = lamp.X, hy = lamp.Y, hz = lamp.Z + 1;
            float facing = (hz - (slopeX * hx) - (slopeY * hy))
                / MathF.Sqrt(((hx * hx) + (hy * hy) + (hz * hz)) * (1 + (slopeX * slopeX) + (slopeY * slopeY)));
            facing = Math.Max(0, facing);
            facing *= facing;
            facing *= facing;
            facing *= facing;
            return facing * facing;
        }
    }
}
