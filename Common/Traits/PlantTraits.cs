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

    /// <summary>
    /// Number of pixels whose centres the convex hull of all leaves holds: never less than the leaf area, and the same for
    /// a convex plant. PlantCV's, the area within the lines that join these centres, is less by half the outline's pixels.
    /// </summary>
    public required double ConvexHullAreaPx { get; init; }

    /// <summary>Length of the outer outlines of all leaves together; see <see cref="LeafTraits.PerimeterPx"/>.</summary>
    public required double PerimeterPx { get; init; }

    /// <summary>Largest distance between two points of the plant's edge; see <see cref="LeafTraits.LengthPx"/>.</summary>
    public required double DiameterPx { get; init; }

    /// <summary>Projected leaf area over hull area, 0..1: what others call solidity.</summary>
    public required double? Compactness { get; init; }

    /// <summary>4 pi A / P^2: 1 for a disc, less the more ragged the outline.</summary>
    public required double? Stockiness { get; init; }

    /// <summary>No pixel of any leaf lies in the outermost row or column of the picture, or of the part of it that is looked at.</summary>
    public required bool InFrame { get; init; }

    /// <summary>mm²; null without a scale.</summary>
    public required double? ProjectedLeafAreaMm2 { get; init; }

    /// <summary>mm; null without a scale.</summary>
    public required double? DiameterMm { get; init; }

    /// <summary>Rising by label.</summary>
    public required IReadOnlyList<LeafTraits> Leaves { get; init; }

    /// <summary>Measures a plant.</summary>
    /// <param name="labels">Every label is a leaf of the same plant.</param>
    /// <param name="scale">What pixels cover on the plant; null when not known.</param>
    public static PlantTraits Measure(LabelMap labels, PictureScale? scale = null) => MeasureEach(labels, [PlantPlace.Whole(labels)], scale)[0];

    /// <summary>Measures several plants of one picture. Their labels must not overlap; what is left over is measured with none.</summary>
    /// <returns>One for each place, in their order.</returns>
    public static IReadOnlyList<PlantTraits> MeasureEach(LabelMap labels, IReadOnlyList<PlantPlace> places, PictureScale? scale)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(places);
        IReadOnlyList<PixelSums> leaves = PixelSums.OfEachLabel(labels);
        PlantTraits[] plants = new PlantTraits[places.Count];
        Parallel.For(0, places.Count, i => plants[i] = Measure(
            labels, places[i], [.. leaves.Where(leaf => places[i].FirstLabel <= leaf.Label && leaf.Label <= places[i].LastLabel)], scale));
        return plants;
    }

    private static PlantTraits Measure(LabelMap labels, PlantPlace place, IReadOnlyList<PixelSums> leaves, PictureScale? scale)
    {
        if (leaves.Count == 0)
        {
            return WithoutLeaves(scale is null ? null : 0);
        }

        PixelSums plant = leaves.Aggregate((all, leaf) => all.Join(leaf));
        LeafTraits[] ofLeaves = new LeafTraits[leaves.Count];
        Outline outline = default;
        Parallel.Invoke(
            () => outline = Outline.Of(labels, plant.Box, (ushort)place.FirstLabel, (ushort)place.LastLabel, scale),
            () => Parallel.For(0, leaves.Count, i => ofLeaves[i] = Measure(labels, place, leaves[i], scale)));
        return new PlantTraits
        {
            LeafCount = leaves.Count,
            ProjectedLeafAreaPx = plant.Area,
            ConvexHullAreaPx = outline.HullArea,
            PerimeterPx = outline.Perimeter,
            DiameterPx = outline.Length,
            Compactness = plant.Area / (double)outline.HullArea,
            // Nothing has more area in its outline than a disc; what the estimate of the outline is off must not say so.
            Stockiness = Math.Min(1, 4 * Math.PI * plant.Area / (outline.Perimeter * outline.Perimeter)),
            InFrame = IsInFrame(plant.Box, place.Visible),
            ProjectedLeafAreaMm2 = outline.AreaMm2,
            DiameterMm = outline.LengthMm,
            Leaves = ofLeaves,
        };
    }

    private static LeafTraits Measure(LabelMap labels, PlantPlace place, PixelSums leaf, PictureScale? scale)
    {
        Outline outline = Outline.Of(labels, leaf.Box, leaf.Label, leaf.Label, scale);
        return new LeafTraits
        {
            Leaf = leaf.Label - place.FirstLabel + 1,
            AreaPx = leaf.Area,
            Centroid = new PicturePoint(leaf.SumX / (double)leaf.Area, leaf.SumY / (double)leaf.Area),
            Box = leaf.Box,
            PerimeterPx = outline.Perimeter,
            LengthPx = outline.Length,
            WidthPx = outline.Width,
            InFrame = IsInFrame(leaf.Box, place.Visible),
            AreaMm2 = outline.AreaMm2,
            PerimeterMm = outline.PerimeterMm,
            LengthMm = outline.LengthMm,
            WidthMm = outline.WidthMm,
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

    private static bool IsInFrame(PixelBox box, PixelBox visible) =>
        box.X1 > visible.X1 && box.Y1 > visible.Y1 && box.X2 < visible.X2 && box.Y2 < visible.Y2;
}
