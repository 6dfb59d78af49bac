namespace LeafSeg.Common.Synthesis;

/// <summary>Plants of the next pots, of which some leaves reach into the picture. They belong to no leaf of the truth.</summary>
internal sealed class Neighbours
{
    private readonly List<Neighbour> plants = [];

    private Neighbours(RandomSource random, RosetteSettings settings, float centreX, float centreY, float plantRadius)
    {
        if (!random.Chance(settings.NeighbourShare))
        {
            return;
        }

        int size = settings.Size;
        for (int count = random.Integer(1, 3); count > 0; count--)
        {
            Plant plant = Plant.Draw(random, settings with { UnnaturalShare = 0 });
            float age = plant.AgeWith(random.Integer(6, 16), .5f);
            float radius = size * random.Between(.2f, .45f);
            (double sin, double cos) = Math.SinCos(random.Between(0, 2 * MathF.PI));
            // From the middle to the border this way, and on to where only the outer parts of leaves come in.
            float border = size * .5f / (float)Math.Max(Math.Abs(sin), Math.Abs(cos));
            float away = border + (radius * random.Between(.45f, .9f));
            float x = (size / 2f) + ((float)cos * away), y = (size / 2f) + ((float)sin * away);
            float gap = MathF.Sqrt(((x - centreX) * (x - centreX)) + ((y - centreY) * (y - centreY))) - plantRadius;
            if (gap > radius * .9f)
            {
                plants.Add(new Neighbour(plant, age, x, y, radius / plant.RadiusAt(age)));
            }
        }
    }

    public static Neighbours Draw(RandomSource random, RosetteSettings settings, float centreX, float centreY, float plantRadius) =>
        new(random, settings, centreX, centreY, plantRadius);

    /// <summary>Paints them at a share of their age: in a time lapse they grow as well.</summary>
    public void Paint(Canvas canvas, Lamp lamp, RandomSource now, float ageShare)
    {
        foreach (Neighbour neighbour in plants)
        {
            foreach (LeafPose leaf in neighbour.Plant.At(neighbour.Age * ageShare, neighbour.X, neighbour.Y, neighbour.PixelsPerUnit, now))
            {
                LeafPainter.Paint(canvas, leaf with { Number = 0 }, lamp);
            }
        }
    }

    private sealed record Neighbour(Plant Plant, float Age, float X, float Y, float PixelsPerUnit);
}
