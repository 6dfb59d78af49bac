using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Traits;

/// <summary>A plant's place in the picture.</summary>
/// <param name="Plant">Its name, in the alphabet of topics.</param>
/// <param name="Box">In pixels; may reach beyond the picture.</param>
public sealed record Pot(string Plant, PixelBox Box)
{
    /// <summary>The part that the picture shows; of no width or height where it shows nothing.</summary>
    public PixelBox Within(int width, int height) => Box.Grow(0, width, height);

    /// <summary>Both claim at least one pixel.</summary>
    public bool Overlaps(Pot other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Box.X1 < other.Box.X2 && other.Box.X1 < Box.X2 && Box.Y1 < other.Box.Y2 && other.Box.Y1 < Box.Y2;
    }
}
