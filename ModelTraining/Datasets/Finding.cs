namespace LeafSeg.ModelTraining.Datasets;

/// <summary>Something odd about a picture, its mask, or a leaf.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Where">The file or picture.</param>
/// <param name="Text">What was found there.</param>
/// <param name="Count">How often: leaves dropped, polygons cut.</param>
internal sealed record Finding(FindingKind Kind, string Where, string Text, int Count = 1)
{
    /// <summary>Whether the picture cannot be used for it.</summary>
    public bool LeavesOut => Kind is FindingKind.PictureWithoutMask or FindingKind.MaskWithoutPicture or FindingKind.Unreadable
        or FindingKind.SizesDiffer or FindingKind.BlendedMask or FindingKind.MaskOfOneColour or FindingKind.MaskWithoutBackground;

    /// <summary>What a count of them is called, and what is done about them.</summary>
    public static string Title(FindingKind kind) => kind switch
    {
        FindingKind.PictureWithoutMask => "pictures without a mask: left out",
        FindingKind.MaskWithoutPicture => "masks or annotations without their picture: left out",
        FindingKind.Unreadable => "files that are not whole pictures: left out",
        FindingKind.SizesDiffer => "pictures whose mask has another size: left out",
        FindingKind.BlendedMask => "anti-aliased or lossy masks: left out",
        FindingKind.MaskOfOneColour => "masks of one colour all over: left out",
        FindingKind.MaskWithoutBackground => "masks without a black background: left out",
        FindingKind.BadAnnotation => "annotations that cannot be drawn: dropped",
        FindingKind.EmptyLeaf => "leaves without a single pixel: dropped",
        FindingKind.FullMask => "masks of one leaf that cover the whole picture: dropped",
        FindingKind.Sliver => "slivers below the smallest area: dropped",
        FindingKind.CrowdRegion => "crowd regions, leaves not told apart: dropped",
        FindingKind.OtherCategory => "annotations of other categories: dropped",
        FindingKind.AllCategories => "files in which no category is called leaf: every category taken as one",
        FindingKind.OutsidePicture => "outlines that leave the picture: cut at its border",
        FindingKind.Overlap => "pictures with leaves that overlap: the smaller leaf keeps the pixels",
        FindingKind.SoftMask => "masks with values between leaf and background: cut at the half",
        FindingKind.ForegroundDiffers => "pictures whose foreground mask is not the union of the leaves: kept",
        FindingKind.NoLeaves => "pictures without a leaf: kept",
        FindingKind.SixteenBit => "pictures of 16 bits: reduced to 8",
        FindingKind.Grey => "grey pictures: spread over red, green and blue",
        FindingKind.Alpha => "pictures with transparency: alpha dropped",
        FindingKind.Cmyk => "CMYK pictures: converted to RGB, colours near enough",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
