using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Pots;

/// <summary>A pot as a rectangle of the picture, in pixels.</summary>
public sealed record PotOptions
{
    /// <summary>Name of the plant in it.</summary>
    public string Plant { get; init; } = "";

    /// <summary>Left edge, pixels.</summary>
    public int X { get; init; }

    /// <summary>Top edge, pixels.</summary>
    public int Y { get; init; }

    /// <summary>Pixels.</summary>
    public int Width { get; init; }

    /// <summary>Pixels.</summary>
    public int Height { get; init; }

    /// <summary>The pot as the pictures know it.</summary>
    public Pot ToPot() => new(Plant, new PixelBox(X, Y, X + Width, Y + Height));
}
