namespace LeafSeg.Common.Synthesis;

/// <summary>Chooses what lies below plants that stand on no dark soil: plain, bright, coloured, perforated, ribbed or wet.</summary>
internal static class BrightGround
{
    /// <param name="random">Where chance comes from.</param>
    /// <param name="size">Width and height of the picture in pixels.</param>
    /// <param name="x">The plant's place: often in a hole of the sheet.</param>
    /// <param name="y">The plant's place.</param>
    public static Surface Draw(RandomSource random, int size, float x, float y)
    {
        float pixel = size / 500f;
        Surface sheet = Plain(random, size, pixel);
        float topping = random.Unit();
        if (topping < .35f)
        {
            float pitch = size * (random.Chance(.5f) ? random.Between(.2f, .7f) : random.Between(.08f, .25f));
            bool below = random.Chance(.75f);
            float holeX = below ? x + (random.Normal() * pitch * .03f) : random.Between(0, size), holeY = below ? y + (random.Normal() * pitch * .03f) : random.Between(0, size);
            return new Perforated(random, sheet, Filling(random, size, pixel), pitch, holeX, holeY);
        }

        return topping < .47f ? new Ribbed(random, sheet, pixel) : sheet;
    }

    private static Surface Plain(RandomSource random, int size, float pixel) => random.Unit() switch
    {
        < .62f => new Board(random, size, pixel),
        < .76f => new Pebbles(random, pixel),
        < .86f => Film.Plastic(random, pixel),
        < .94f => Film.Water(random, pixel),
        _ => Sheet.Usual(random, pixel),
    };

    private static Surface Filling(RandomSource random, int size, float pixel) => random.Unit() switch
    {
        < .4f => new Soil(random, pixel),
        < .75f => new Board(random, size, pixel),
        < .85f => new Pebbles(random, pixel * .5f),
        < .93f => Film.Water(random, pixel),
        _ => Sheet.Black(random, pixel),
    };
}
