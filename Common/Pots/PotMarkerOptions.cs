using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Pots;

/// <summary>A pot that carries a marker: it is found anywhere in the picture. All in sides of the marker, in its own directions.</summary>
public sealed record PotMarkerOptions
{
    /// <summary>The plant's name.</summary>
    public string Plant { get; init; } = "";

    /// <summary>The marker's id.</summary>
    public int Marker { get; init; }

    /// <summary>From the marker's middle to the pot's, to the marker's own right.</summary>
    public double Right { get; init; }

    /// <summary>From the marker's middle to the pot's, downwards in the marker's direction.</summary>
    public double Down { get; init; }

    /// <summary>In sides of the marker.</summary>
    public double Width { get; init; } = 5;

    /// <summary>In sides of the marker.</summary>
    public double Height { get; init; } = 5;

    /// <summary>The upright box around the pot, as the marker lies in the picture.</summary>
    public Pot Place(Marker marker)
    {
        ArgumentNullException.ThrowIfNull(marker);
        PictureScale sides = MarkerPlane.Around(marker, 1);
        PictureScale picture = sides.Inverse();
        List<PicturePoint> corners = [];
        foreach (double x in (double[])[-0.5, 0.5])
        {
            foreach (double y in (double[])[-0.5, 0.5])
            {
                corners.Add(picture.ToMm(0.5 + Right + (x * Width), 0.5 + Down + (y * Height)));
            }
        }

        return new Pot(Plant, new PixelBox(
            Whole(corners.Min(p => p.X)), Whole(corners.Min(p => p.Y)), Whole(corners.Max(p => p.X)) + 1, Whole(corners.Max(p => p.Y)) + 1));
    }

    private static int Whole(double pixel) => (int)Math.Clamp(Math.Round(pixel), -PotsOptions.LargestPicture, PotsOptions.LargestPicture);
}
