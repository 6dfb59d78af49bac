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
        or FindingKind.SizesDiffer or FindingKind.BlendedMask or FindingKind.MaskOfOneColour or FindingKind.MaskWithoutBackground
        or FindingKind.AlphaMask or FindingKind.ForegroundOnly or FindingKind.Untouched;

    /// <summary>Whether a picture with labels is left out for it: one that nobody labelled is no loss.</summary>
    public bool LosesPicture => LeavesOut && Kind is not (FindingKind.PictureWithoutMask or FindingKind.Untouched);

    /// <summary>Whether labelled leaves are lost by it, <see cref="Count"/> of them.</summary>
    public bool LosesLeaves => Kind is FindingKind.BadAnnotation or FindingKind.EmptyLeaf or FindingKind.FullMask or FindingKind.CrowdRegion
        or FindingKind.AnnotatedPictureUnread;

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
        FindingKind.AlphaMask => "masks with leaves in the alpha channel alone: left out",
        FindingKind.ForegroundOnly => "masks of the foreground alone, without individual leaves: left out",
        FindingKind.AnnotatedPictureUnread => "annotations of pictures that are left out: lost with them",
        FindingKind.OddEntry => "entries of the label file without a usable picture: left out",
        FindingKind.BadAnnotation => "annotations that cannot be drawn: dropped",
        FindingKind.EmptyLeaf => "leaves without a single pixel: dropped",
        FindingKind.FullMask => "masks of one leaf that cover the whole picture: dropped",
        FindingKind.Sliver => "slivers below the smallest area: dropped",
        FindingKind.CrowdRegion => "crowd regions, without individual leaves: ignored in training and scores (--crowd leaf takes each as a leaf)",
        FindingKind.LeafCategory => "annotations of the category that is taken as leaves",
        FindingKind.OtherCategory => "annotations of other categories: not taken",
        FindingKind.CrowdLeaf => "annotations with iscrowd in one piece, as CVAT marks a brush mask: each taken as a leaf (--crowd ignore drops them)",
        FindingKind.FilledHole => "leaves with a polygon inside another (a hole): filled, as pycocotools does",
        FindingKind.OutsidePicture => "outlines that leave the picture: cut at its border",
        FindingKind.Overlap => "pictures with leaves that overlap: the smaller leaf keeps the pixels",
        FindingKind.SoftMask => "masks with values between leaf and background: cut at the half",
        FindingKind.ColourTwice => "leaves in pieces that no other leaf parts, one colour or annotation perhaps used twice: kept as one leaf; give each leaf its own",
        FindingKind.ForegroundDiffers => "pictures whose foreground mask is not the union of the leaves: kept",
        FindingKind.NoLeaves => "pictures without a leaf: kept",
        FindingKind.NotAccepted => "pictures that were corrected and not yet accepted in leafseg-train label: kept",
        FindingKind.Untouched => "pictures whose labels a model drew and nobody has looked at, or not accepted yet where that is asked for (leafseg-train label): left out",
        FindingKind.Turned => "pictures turned upright by their EXIF orientation",
        FindingKind.TurnedLabels => "labels drawn on the picture as stored: turned upright with it",
        FindingKind.SeveralPages => "files of several pages: one is read",
        FindingKind.PassedOver => "files of other kinds, or without labels: passed over",
        FindingKind.SixteenBit => "pictures of more than 8 bits: reduced to 8",
        FindingKind.FloatingPoint => "pictures of floating-point values: spread over 8 bits",
        FindingKind.Grey => "grey pictures: spread over red, green and blue",
        FindingKind.Alpha => "pictures with transparency: alpha dropped",
        FindingKind.Cmyk => "CMYK pictures: converted to RGB, colours near enough",
        FindingKind.Shrunk => "pictures made much smaller for the network: look at each plant with --pots, or at overlapping parts with --tile",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
