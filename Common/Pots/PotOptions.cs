using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Pots;

/// <summary>A pot as a rectangle of the picture, in pixels.</summary>
public sealed record PotOptions
{
    /// <summary>Name of the plant in it.</summary>
    public string Plant { get; init; } = "";

    public int X { get; init; }

    public int Y { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    public Pot ToPot() => new(Plant, new PixelBox(X, Y, X + Width, Y + Height));
}
