namespace LeafSeg.Common.Imaging;

/// <summary>
/// A box in continuous picture coordinates: pixel (0, 0) covers 0..1 in both directions, so the box of one
/// pixel is (x, y, x + 1, y + 1) and width times height is the area.
/// </summary>
public readonly record struct Box(float X1, float Y1, float X2, float Y2)
{
    /// <summary>X2 - X1, in the box's own unit; negative where the corners are swapped.</summary>
    public float Width => X2 - X1;

    /// <summary>Y2 - Y1, in the box's own unit; negative where the corners are swapped.</summary>
    public float Height => Y2 - Y1;

    /// <summary>In the box's own unit squared; 0 where the corners are swapped.</summary>
    public float Area => Math.Max(0, Width) * Math.Max(0, Height);
}
