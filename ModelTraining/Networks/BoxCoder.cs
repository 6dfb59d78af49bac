using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// Boxes as the network speaks of them (Ren et al. 2015): the shift of the centre in units of the reference box
/// and the logarithm of the change of size, both multiplied by weights that bring them to unit variance.
/// </summary>
internal sealed record BoxCoder(float CentreWeight, float SizeWeight)
{
    /// <summary>Keeps exp() finite: no box grows more than 1000/16 times.</summary>
    public static readonly float MaximumLogScale = MathF.Log(1000f / 16);

    /// <summary>Of the region proposal network.</summary>
    public static BoxCoder Proposals { get; } = new(1, 1);

    /// <summary>Of the box head: standard deviations .1 .1 .2 .2.</summary>
    public static BoxCoder Detections { get; } = new(10, 5);

    /// <summary>Writes dx, dy, dw, dh that take <paramref name="reference"/> to <paramref name="box"/>.</summary>
    public void Encode(Box reference, Box box, Span<float> deltas)
    {
        deltas[0] = CentreWeight * ((box.X1 + box.X2) - (reference.X1 + reference.X2)) / 2 / reference.Width;
        deltas[1] = CentreWeight * ((box.Y1 + box.Y2) - (reference.Y1 + reference.Y2)) / 2 / reference.Height;
        deltas[2] = SizeWeight * MathF.Log(box.Width / reference.Width);
        deltas[3] = SizeWeight * MathF.Log(box.Height / reference.Height);
    }

    /// <summary>Applies dx, dy, dw, dh to <paramref name="reference"/>.</summary>
    public Box Decode(Box reference, ReadOnlySpan<float> deltas)
    {
        float centreX = ((reference.X1 + reference.X2) / 2) + (deltas[0] / CentreWeight * reference.Width);
        float centreY = ((reference.Y1 + reference.Y2) / 2) + (deltas[1] / CentreWeight * reference.Height);
        float halfWidth = MathF.Exp(MathF.Min(deltas[2] / SizeWeight, MaximumLogScale)) * reference.Width / 2;
        float halfHeight = MathF.Exp(MathF.Min(deltas[3] / SizeWeight, MaximumLogScale)) * reference.Height / 2;
        return new Box(centreX - halfWidth, centreY - halfHeight, centreX + halfWidth, centreY + halfHeight);
    }
}
