namespace LeafSeg.ModelTraining.Networks;

/// <summary>Where the anchors of a cell stand, and in which order.</summary>
/// <param name="CentreInCell">Where in its cell an anchor is centred, in strides.</param>
/// <param name="SizeBySize">For each size all ratios; otherwise for each ratio all sizes.</param>
/// <param name="RatioIsWidthOverHeight">Otherwise height over width.</param>
/// <param name="Rounded">Corners are rounded to whole pixels from the centre.</param>
internal sealed record AnchorStyle(float CentreInCell, bool SizeBySize, bool RatioIsWidthOverHeight, bool Rounded)
{
    public static AnchorStyle CellCentres { get; } = new(0.5f, SizeBySize: true, RatioIsWidthOverHeight: false, Rounded: false);

    /// <summary>torchvision's AnchorGenerator.</summary>
    public static AnchorStyle RoundedCorners { get; } = new(0, SizeBySize: false, RatioIsWidthOverHeight: false, Rounded: true);

    /// <summary>matterport's.</summary>
    public static AnchorStyle WidthOverHeight { get; } = new(0, SizeBySize: false, RatioIsWidthOverHeight: true, Rounded: false);

    /// <summary>Half the width and height of a cell's anchors.</summary>
    public IEnumerable<(float HalfWidth, float HalfHeight)> Shapes(IReadOnlyList<float> sizes, IReadOnlyList<float> ratios) => SizeBySize
        ? sizes.SelectMany(size => ratios.Select(ratio => Shape(size, ratio)))
        : ratios.SelectMany(ratio => sizes.Select(size => Shape(size, ratio)));

    private (float HalfWidth, float HalfHeight) Shape(float size, float ratio)
    {
        float root = MathF.Sqrt(RatioIsWidthOverHeight ? 1 / ratio : ratio);
        (float halfWidth, float halfHeight) = (size / root / 2, size * root / 2);
        return Rounded ? (MathF.Round(halfWidth), MathF.Round(halfHeight)) : (halfWidth, halfHeight);
    }
}
