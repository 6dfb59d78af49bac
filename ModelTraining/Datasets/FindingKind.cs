namespace LeafSeg.ModelTraining.Datasets;

/// <summary>What can be odd about labelled pictures. See <see cref="Finding.Title"/> for what is done about each.</summary>
internal enum FindingKind
{
    PictureWithoutMask,
    MaskWithoutPicture,
    Unreadable,
    SizesDiffer,
    BlendedMask,
    MaskOfOneColour,
    MaskWithoutBackground,
    BadAnnotation,
    EmptyLeaf,
    FullMask,
    Sliver,
    CrowdRegion,
    OtherCategory,
    AllCategories,
    OutsidePicture,
    Overlap,
    SoftMask,
    ForegroundDiffers,
    NoLeaves,
    SixteenBit,
    Grey,
    Alpha,
    Cmyk,
}
