using LeafSeg.Common.Imaging;
using LeafSeg.Common.Pots;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Traits;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>How a picture is looked at: as a whole, pot by pot as the agent does, or in overlapping tiles.</summary>
internal abstract class Look
{
    /// <summary>The picture is one plant and is made as small as the network's input.</summary>
    public static Look Whole { get; } = new WholeLook();

    /// <summary>Overlapping parts at the picture's own resolution, for closed canopies; the picture is one plant.</summary>
    public static Look Tiles { get; } = new TileLook();

    /// <summary>Whether leaves can get lost because the picture is made smaller.</summary>
    public virtual bool Shrinks => false;

    /// <summary>Each pot as a picture of its own, the same pots as the agent's: those of its settings, or for null those that its layout suggests.</summary>
    public static Look Pots(PotsOptions? pots) => new PotLook(pots);

    /// <exception cref="ImageFileException">There is no pot in the picture.</exception>
    public abstract Found Find(RgbImage picture, LeafFinder finder, string name);

    /// <summary>What was found in a picture.</summary>
    /// <param name="Leaves">Label i + 1 is <c>Leaves[i]</c>.</param>
    /// <param name="Plants">The plants by name, each with its labels; null: the whole picture is one.</param>
    internal sealed record Found(IReadOnlyList<LeafInstance> Leaves, IReadOnlyList<(string Plant, PlantPlace Place)>? Plants);

    private sealed class WholeLook : Look
    {
        public override bool Shrinks => true;

        public override Found Find(RgbImage picture, LeafFinder finder, string name) => new(finder.Find(picture), null);
    }

    private sealed class TileLook : Look
    {
        public override Found Find(RgbImage picture, LeafFinder finder, string name) => new(TiledLeaves.Find(picture, finder.InputSize, finder.Find), null);
    }

    private sealed class PotLook(PotsOptions? options) : Look
    {
        public override Found Find(RgbImage picture, LeafFinder finder, string name)
        {
            IReadOnlyList<Pot> pots = options is null ? PotSuggestion.Suggest(picture) : Named(options, picture);
            PottedLeaves found = PottedLeaves.Find(picture, pots, options?.MarginPx ?? 0, finder.Find);
            return found.Pots.Count > 0
                ? new Found(found.Leaves, [.. found.Pots.Zip(found.Places, (pot, place) => (pot.Plant, place))])
                : throw new ImageFileException(options is null
                    ? $"{name}: found no pattern of pots, expected pots of one size in rows and columns with smooth rims; name them with --pots FILE ('leafseg-agent layout' draws them)"
                    : $"{name}: shows none of the pots, expected at least one of them within its {picture.Width}x{picture.Height} pixels");
        }

        private static Pot[] Named(PotsOptions options, RgbImage picture)
        {
            IReadOnlyList<Marker> markers = options.ByMarker.Count > 0 ? ArucoMarkers.Find(picture) : [];
            return [.. options.Standing(), .. options.ByMarker.SelectMany(pot => markers.Where(marker => marker.Id == pot.Marker).Take(1).Select(pot.Place))];
        }
    }
}
