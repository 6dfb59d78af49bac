using System.Runtime.ExceptionServices;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;

namespace LeafSeg.Common.Traits;

/// <summary>
/// The leaves of all pots of one picture. Each pot is looked at as a picture of its own, at full resolution, so that the
/// model sees a plant as large on a tray of twenty as it would alone; overlaps are resolved once, over the whole picture.
/// </summary>
public sealed record PottedLeaves
{
    /// <summary>Pot by pot, in pixels of the whole picture.</summary>
    public required IReadOnlyList<LeafInstance> Leaves { get; init; }

    /// <summary>The pots that the picture shows, at least in part.</summary>
    public required IReadOnlyList<Pot> Pots { get; init; }

    /// <summary>So far beyond its pot a plant was looked for.</summary>
    public required int MarginPx { get; init; }

    /// <summary>For each pot its labels in <see cref="Paste"/>.</summary>
    public required IReadOnlyList<PlantPlace> Places { get; init; }

    /// <param name="picture">The whole picture.</param>
    /// <param name="pots">One that lies wholly outside the picture is left out: nothing is known of its plant.</param>
    /// <param name="marginPx">
    /// So far beyond its pot a plant is looked for, for leaves that hang over. A leaf found there belongs to the pot that
    /// holds its middle: what a pot sees of its neighbour's is left to the neighbour.
    /// </param>
    /// <param name="find">Finds the leaves of a picture.</param>
    /// <param name="atOnce">How many pots are looked at at the same time; more than one only where <paramref name="find"/> allows it.</param>
    public static PottedLeaves Find(
        RgbImage picture, IReadOnlyList<Pot> pots, int marginPx, Func<RgbImage, IReadOnlyList<LeafInstance>> find, int atOnce = 1)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(pots);
        ArgumentNullException.ThrowIfNull(find);
        Pot[] shown = [.. pots.Where(pot => !pot.Within(picture.Width, picture.Height).IsEmpty)];
        PixelBox[] visible = [.. shown.Select(pot => pot.Box.Grow(marginPx, picture.Width, picture.Height))];
        List<LeafInstance> leaves = [];
        List<PlantPlace> places = [];
        foreach ((int i, IReadOnlyList<LeafInstance> found) in Look(visible, crop => find(picture.Crop(crop)), atOnce).Index())
        {
            int first = leaves.Count + 1;
            leaves.AddRange(found
                .Select(leaf => leaf with { Box = Moved(leaf.Box, visible[i]) })
                .Where(leaf => marginPx == 0 || Holds(shown[i].Box, Middle(leaf))));
            places.Add(new PlantPlace(first, leaves.Count, visible[i]));
        }

        return new PottedLeaves { Leaves = leaves, Pots = shown, MarginPx = marginPx, Places = places };
    }

    /// <summary>Label i + 1 is <c>Leaves[i]</c>.</summary>
    public LabelMap Paste(RgbImage picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return LeafMap.Paste(Leaves, picture.Width, picture.Height);
    }

    /// <summary>The leaves of one plant, as they are numbered within it.</summary>
    public IReadOnlyList<LeafInstance> Of(int plant)
    {
        PlantPlace place = Places[plant];
        return [.. Leaves.Skip(place.FirstLabel - 1).Take(place.LastLabel - place.FirstLabel + 1)];
    }

    /// <summary>The plant of a label, from 0, and the leaf's number within it, from 1.</summary>
    public (int Plant, int Leaf) PlaceOf(int label)
    {
        int plant = 0;
        while (label > Places[plant].LastLabel)
        {
            plant++;
        }

        return (plant, label - Places[plant].FirstLabel + 1);
    }

    /// <summary>What is found in each part, in the order of the parts.</summary>
    private static IReadOnlyList<LeafInstance>[] Look(PixelBox[] parts, Func<PixelBox, IReadOnlyList<LeafInstance>> find, int atOnce)
    {
        IReadOnlyList<LeafInstance>[] found = new IReadOnlyList<LeafInstance>[parts.Length];
        try
        {
            Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, i => found[i] = find(parts[i]));
        }
        catch (AggregateException e)
        {
            // Who looks at one pot after the other gets the fault itself, too.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        return found;
    }

    private static Box Moved(Box box, PixelBox crop) => new(box.X1 + crop.X1, box.Y1 + crop.Y1, box.X2 + crop.X1, box.Y2 + crop.Y1);

    private static bool Holds(PixelBox box, (double X, double Y) point) => box.X1 <= point.X && point.X < box.X2 && box.Y1 <= point.Y && point.Y < box.Y2;

    /// <summary>Centre of the mask's weight.</summary>
    private static (double X, double Y) Middle(LeafInstance leaf)
    {
        double weight = 0, sumX = 0, sumY = 0;
        for (int i = 0; i < leaf.Mask.Length; i++)
        {
            weight += leaf.Mask[i];
            sumX += leaf.Mask[i] * ((i % leaf.MaskSize) + 0.5);
            sumY += leaf.Mask[i] * ((i / leaf.MaskSize) + 0.5);
        }

        double centre = leaf.MaskSize / 2.0;
        (double x, double y) = weight > 0 ? (sumX / weight, sumY / weight) : (centre, centre);
        return (leaf.Box.X1 + (leaf.Box.Width * x / leaf.MaskSize), leaf.Box.Y1 + (leaf.Box.Height * y / leaf.MaskSize));
    }
}
