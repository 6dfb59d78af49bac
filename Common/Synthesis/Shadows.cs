namespace LeafSeg.Common.Synthesis;

/// <summary>Darkens what other parts of the plant keep the light from.</summary>
internal static class Shadows
{
    /// <summary>Casts shadows of everything that is higher than 0 on the canvas.</summary>
    public static void Cast(Canvas canvas, Lamp lamp)
    {
        float highest = canvas.Height.Max();
        if (highest <= 0)
        {
            return;
        }

        float[] ray = Sweep(canvas, lamp);
        Area area = Area.OfPlant(canvas, (int)Math.Min(highest * 4, canvas.Size * .3f) + (canvas.Size / 12));
        float sharpness = 1f / lamp.Softness;
        float[] crowd = Crowding(canvas, area);

        float strength = lamp.Crowding / (canvas.Size * .04f);
        for (int y = 0; y < area.Height; y++)
        {
            for (int x = 0; x < area.Width; x++)
            {
                int pixel = ((y + area.Top) * canvas.Size) + x + area.Left;
                float missing = Math.Max(0, crowd[((y / 4) * area.QuarterWidth) + (x / 4)] - canvas.Height[pixel]) * strength;
                float shade = Math.Clamp((ray[pixel] - canvas.Height[pixel] - 1) * sharpness, 0, 1);
                float light = (1 - (shade * canvas.Direct[pixel])) / (1 + missing);
                canvas.Light[pixel * 3] *= light;
                canvas.Light[(pixel * 3) + 1] *= light;
                canvas.Light[(pixel * 3) + 2] *= light;
            }
        }
    }

    /// <summary>
    /// [Size * Size] the height below which a pixel is in the dark. Swept away from the lamp, each row (or column, if the lamp
    /// is more to the side) takes it from the one before, where it is the object there or the ray that passes over
    /// it. Reading between two pixels widens a shadow's edge with its length, as a lamp of some size does.
    /// </summary>
    private static float[] Sweep(Canvas canvas, Lamp lamp)
    {
        int size = canvas.Size;
        bool alongY = MathF.Abs(lamp.Y) >= MathF.Abs(lamp.X);
        float major = alongY ? lamp.Y : lamp.X, minor = alongY ? lamp.X : lamp.Y;
        (int majorStride, int minorStride) = alongY ? (size, 1) : (1, size);
        int towardsLamp = major >= 0 ? 1 : -1;
        float sideways = minor / Math.Max(MathF.Abs(major), 1e-3f);
        float fall = lamp.Z / Math.Max(MathF.Abs(major), 1e-3f);
        int whole = (int)MathF.Floor(sideways);
        float part = sideways - whole;
        float[] ray = new float[size * size];
        float[] top = new float[size + 3];
        for (int i = 1; i < size; i++)
        {
            int line = towardsLamp > 0 ? size - 1 - i : i;
            int before = (line + towardsLamp) * majorStride;
            for (int j = 0; j < size; j++)
            {
                int pixel = before + (j * minorStride);
                top[j + 1] = Math.Max(canvas.Height[pixel], ray[pixel]);
            }

            top[0] = top[1];
            top[size + 1] = top[size + 2] = top[size];
            for (int j = 0; j < size; j++)
            {
                float left = top[j + 1 + whole], right = top[j + 2 + whole];
                ray[(line * majorStride) + (j * minorStride)] = Math.Max(0, left + ((right - left) * part) - fall);
            }
        }

        return ray;
    }

    /// <summary>Mean height around each block of 4x4 pixels.</summary>
    private static float[] Crowding(Canvas canvas, Area area)
    {
        float[] mean = new float[area.QuarterWidth * area.QuarterHeight];
        for (int y = 0; y < area.QuarterHeight; y++)
        {
            for (int x = 0; x < area.QuarterWidth; x++)
            {
                int px = Math.Min(area.Left + (x * 4) + 2, canvas.Size - 1), py = Math.Min(area.Top + (y * 4) + 2, canvas.Size - 1);
                mean[(y * area.QuarterWidth) + x] = canvas.Height[(py * canvas.Size) + px];
            }
        }

        int radius = Math.Max(1, canvas.Size / 150);
        BoxBlur.Apply(mean, area.QuarterWidth, area.QuarterHeight, radius);
        BoxBlur.Apply(mean, area.QuarterWidth, area.QuarterHeight, radius);
        return mean;
    }

    /// <summary>The part of the canvas that the plant can darken.</summary>
    private readonly record struct Area(int Left, int Top, int Width, int Height)
    {
        public int QuarterWidth => (Width + 3) / 4;

        public int QuarterHeight => (Height + 3) / 4;

        public static Area OfPlant(Canvas canvas, int margin)
        {
            int left = canvas.Size, top = canvas.Size, right = 0, bottom = 0;
            for (int y = 0; y < canvas.Size; y++)
            {
                ReadOnlySpan<float> row = canvas.Height.AsSpan(y * canvas.Size, canvas.Size);
                int first = row.IndexOfAnyExcept(0f);
                if (first < 0)
                {
                    continue;
                }

                left = Math.Min(left, first);
                right = Math.Max(right, row.LastIndexOfAnyExcept(0f) + 1);
                top = Math.Min(top, y);
                bottom = y + 1;
            }

            left = Math.Max(0, left - margin);
            top = Math.Max(0, top - margin);
            right = Math.Min(canvas.Size, right + margin);
            bottom = Math.Min(canvas.Size, bottom + margin);
            return new Area(left, top, right - left, bottom - top);
        }
    }
}
