using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Traits;

/// <summary>
/// What can be measured on one plant seen from above, all its leaves taken together, and each leaf for itself. A plant
/// without leaves has area 0 and no shape: what is a ratio of nothing is null. Terms as in Phenotiki (phenotiki.com).
/// </summary>
public sealed record PlantTraits
{
    /// <summary>Labels with at least one pixel (TO:0000241).</summary>
    public required int LeafCount { get; init; }

    /// <summary>Number of pixels of all leaves.</summary>
    public required int ProjectedLeafAreaPx { get; init; }

    /// <summary>Area of the convex hull round the pixels' corners: never less than the leaf area.</summary>
    public required double ConvexHullAreaPx { get; init; }

    /// <summary>Length of the outer outlines of all leaves together; see <see cref="LeafTraits.PerimeterPx"/>.</summary>
    public required double PerimeterPx { get; init; }

    /// <summary>Largest distance between two pixels of the plant, from outer edge to outer edge.</summary>
    public required double DiameterPx { get; init; }

    /// <summary>Projected leaf area over hull area, 0..1: what others call solidity.</summary>
    public required double? Compactness { get; init; }

    /// <summary>
    /// 4 pi A / P^2: 1 for a disc, less the more ragged the outline. The outline through pixel centres is first moved out
    /// by half a pixel, so that it goes round the pixels that A counts (P + pi for each part, by Steiner's formula); else
    /// small plants would pass 1.
    /// </summary>
    public required double? Stockiness { get; init; }

    /// <summary>No pixel of any leaf lies in the outermost row or column of the picture.</summary>
    public required bool InFrame { get; init; }

    public required double? ProjectedLeafAreaMm2 { get; init; }

    public required double? DiameterMm { get; init; }

    /// <summary>Rising by label.</summary>
    public required IReadOnlyList<LeafTraits> Leaves { get; init; }

    /// <summary>Measures a plant.</summary>
    /// <param name="labels">Every label is a leaf of the same plant.</param>
    /// <param name="mmPerPx">Millimetres that one pixel covers on the plant; null when not known.</param>
    public static PlantTraits Measure(LabelMap labels, double? mmPerPx = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (mmPerPx is { } scale && !(scale > 0 && double.IsFinite(scale)))
        {
            throw new ArgumentOutOfRangeException(nameof(mmPerPx), mmPerPx, "A scale is more than 0 mm a pixel; null where it is not known.");
        }

        IReadOnlyList<PixelSums> leaves = PixelSums.OfEachLabel(labels);
        double? mm2PerPx = mmPerPx * mmPerPx;
        if (leaves.Count == 0)
        {
            return WithoutLeaves(mmPerPx is null ? null : 0);
        }

        PixelSums plant = leaves.Aggregate((all, leaf) => all.Join(leaf));
        Outline outline = Outline.Of(labels, plant.Box, label => label != 0);
        double stockiness = 4 * Math.PI * plant.Area / Math.Pow(outline.Perimeter + (Math.PI * outline.Parts), 2);
        return new PlantTraits
        {
            LeafCount = leaves.Count,
            ProjectedLeafAreaPx = plant.Area,
            ConvexHullAreaPx = outline.HullArea,
            PerimeterPx = outline.Perimeter,
            DiameterPx = outline.Length,
            Compactness = plant.Area / outline.HullArea,
            // A single pixel is a little more than the disc that fits its outline.
            Stockiness = Math.Min(1, stockiness),
            InFrame = IsInFrame(plant.Box, labels),
            ProjectedLeafAreaMm2 = plant.Area * mm2PerPx,
            DiameterMm = outline.Length * mmPerPx,
            Leaves = [.. leaves.Select(leaf => Measure(labels, leaf, mmPerPx))],
        };
    }

    private static LeafTraits Measure(LabelMap labels, PixelSums leaf, double? mmPerPx)
    {
        Outline outline = Outline.Of(labels, leaf.Box, label => label == leaf.Label);
        return new LeafTraits
        {
            Leaf = leaf.Label,
            AreaPx = leaf.Area,
            Centroid = new PicturePoint(leaf.SumX / (double)leaf.Area, leaf.SumY / (double)leaf.Area),
            Box = leaf.Box,
            PerimeterPx = outline.Perimeter,
            LengthPx = outline.Length,
            WidthPx = outline.Width,
            InFrame = IsInFrame(leaf.Box, labels),
            AreaMm2 = leaf.Area * mmPerPx * mmPerPx,
            PerimeterMm = outline.Perimeter * mmPerPx,
            LengthMm = outline.Length * mmPerPx,
            WidthMm = outline.Width * mmPerPx,
        };
    }

    private static PlantTraits WithoutLeaves(double? nothingInMm) => new()
    {
        LeafCount = 0,
        ProjectedLeafAreaPx = 0,
        ConvexHullAreaPx = 0,
        PerimeterPx = 0,
        DiameterPx = 0,
        Compactness = null,
        Stockiness = null,
        InFrame = true,
        ProjectedLeafAreaMm2 = nothingInMm,
        DiameterMm = nothingInMm,
        Leaves = [],
    };

    private static bool IsInFrame(PixelBox box, LabelMap labels) =>
        box.X1 > 0 && box.Y1 > 0 && box.X2 < labels.Width && box.Y2 < labels.Height;
}
