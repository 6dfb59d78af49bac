namespace LeafSeg.Common.Synthesis;

/// <summary>Darkens what other parts of the plant keep the light from.</summary>
internal static class Shadows
{
    /// <summary>Casts shadows of everything that stands higher than 0 on the canvas.</summary>
    public static void Cast(Canvas canvas, Lamp lamp)
    {
        float highest = canvas.Height.Max();
        if (highest <= 0)
        {
            return;
        }

        float across = MathF.Sqrt((lamp.X * lamp.X) + (lamp.Y * lamp.Y));
        float rise = lamp.Z / Math.Max(across, 1e-3f);
        int reach = (int)Math.Min(highest / rise, canvas.Size * .2f) + 1;
        Area area = Area.OfPlant(canvas, reach + (3 * lamp.Softness) + (canvas.Size / 12));
        float[] shade = new float[area.Width * area.Height];
        March(canvas, area, shade, lamp.X / Math.Max(across, 1e-3f), lamp.Y / Math.Max(across, 1e-3f), rise, reach);
        BoxBlur.Apply(shade, area.Width, area.Height, lamp.Softness);
        BoxBlur.Apply(shade, area.Width, area.Height, Math.Max(1, lamp.Softness / 2));
        float[] crowd = Crowding(canvas, area);

        float strength = lamp.Crowding / (canvas.Size * .04f);
        for (int y = 0; y < area.Height; y++)
        {
            for (int x = 0; x < area.Width; x++)
            {
                int pixel = ((y + area.Top) * canvas.Size) + x + area.Left;
                float missing = Math.Max(0, crowd[((y / 4) * area.QuarterWidth) + (x / 4)] - canvas.Height[pixel]) * strength;
                float light = (1 - (shade[(y * area.Width) + x] * canvas.Direct[pixel])) / (1 + missing);
                canvas.Light[pixel * 3] *= light;
                canvas.Light[(pixel * 3) + 1] *= light;
                canvas.Light[(pixel * 3) + 2] *= light;
            }
        }
    }

    /// <summary>From each pixel walks towards the lamp and looks for something that stands above the ray.</summary>
    private static void March(Canvas canvas, Area area, float[] shade, float dx, float dy, float rise, int reach)
    {
        const float Step = 1.5f;
        float[] height = canvas.Height;
        int size = canvas.Size;
        int steps = (int)(reach / Step) + 1;
        for (int y = 0; y < area.Height; y++)
        {
            for (int x = 0; x < area.Width; x++)
            {
                float startX = x + area.Left + .5f, startY = y + area.Top + .5f;
                float ray = height[((y + area.Top) * size) + x + area.Left] + 1;
                float most = 0;
                for (int i = 1; i <= steps && most < 1; i++)
                {
                    float distance = i * Step;
                    float px = startX + (dx * distance), py = startY + (dy * distance);
                    if (px < 0 || py < 0 || px >= size || py >= size)
                    {
                        break;
                    }

                    most = Math.Max(most, (height[((int)py * size) + (int)px] - ray - (distance * rise)) * .5f);
                }

                shade[(y * area.Width) + x] = Math.Min(most, 1);
            }
        }
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
