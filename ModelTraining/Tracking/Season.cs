using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tracking;
using LeafSeg.Common.Traits;
using LeafSeg.ModelTraining.Evaluation;

namespace LeafSeg.ModelTraining.Tracking;

/// <summary>One plant from its first picture to its last: rows, events, and small pictures in which each leaf has its colour.</summary>
internal sealed class Season(string plant, string model, PictureScale? scale)
{
    /// <summary>Longest side of the small pictures.</summary>
    private const int SmallSide = 300;

    private readonly PlantTracker tracker = new();
    private readonly Dictionary<(int Series, int Leaf), List<(DateTimeOffset Time, double Area)>> areas = [];
    private readonly List<LeafGrowthRow> leaves = [];
    private readonly List<PlantGrowthRow> plants = [];
    private readonly List<TrackEvent> events = [];
    private readonly List<(double Days, RgbImage Picture)> pictures = [];
    private readonly List<string> unlike = [];
    private DateTimeOffset? first;

    public string Plant => plant;

    public IReadOnlyList<LeafGrowthRow> Leaves => leaves;

    public IReadOnlyList<PlantGrowthRow> Plants => plants;

    /// <summary>Births, losses and replacements.</summary>
    public IReadOnlyList<TrackEvent> Events => events;

    /// <summary>One for each picture, all of one size.</summary>
    public IReadOnlyList<(double Days, RgbImage Picture)> Pictures => pictures;

    /// <summary>Pictures with leaves of which none is a leaf of this plant: spoilt, or of another plant.</summary>
    public IReadOnlyList<string> Unlike => unlike;

    public double DaysOf(DateTimeOffset time) => (time - first!.Value).TotalDays;

    /// <summary>Takes in one picture, in the order of time.</summary>
    public void Add(Moment moment, RgbImage picture, LeafFinder finder)
    {
        first ??= moment.Time;
        IReadOnlyList<LeafInstance> found = finder.Find(picture);
        LabelMap labels = LeafMap.Paste(found, picture.Width, picture.Height);
        PlantTraits traits = PlantTraits.Measure(labels, scale);
        LeafColour[] colours = LeafColour.MeasureEach(picture, labels);
        TrackedPlant tracked = tracker.Observe(PlantSighting.Of(moment.Time, labels, PlantPlace.Whole(labels), traits, leaf => found[leaf - 1].Score));
        events.AddRange(tracked.Events);
        if (tracked.Leaves.Count > 0 && tracked.Leaves.All(leaf => leaf.Id is null))
        {
            unlike.Add(moment.Name);
        }

        string time = moment.Time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        double days = Math.Round(DaysOf(moment.Time), 4);
        Dictionary<int, TrackedLeaf> identityOf = tracked.Leaves.ToDictionary(leaf => leaf.Leaf);
        foreach (LeafTraits leaf in traits.Leaves)
        {
            TrackedLeaf identity = identityOf[leaf.Leaf];
            leaves.Add(new LeafGrowthRow
            {
                Plant = plant,
                Series = tracked.Series,
                Leaf = identity.Id,
                Time = time,
                Days = days,
                State = identity.Id is null ? "unconfirmed" : tracked.Events.Any(e => e.Kind == TrackEventKind.LeafBorn && e.LeafId == identity.Id) ? "born" : "seen",
                AreaPx = leaf.AreaPx,
                AreaMm2 = leaf.AreaMm2,
                LengthPx = leaf.LengthPx,
                LengthMm = leaf.LengthMm,
                WidthPx = leaf.WidthPx,
                WidthMm = leaf.WidthMm,
                CentroidX = leaf.Centroid.X,
                CentroidY = leaf.Centroid.Y,
                GrowthRate = identity.Id is { } id ? RateOf(tracked.Series, id, moment.Time, leaf.AreaMm2 ?? leaf.AreaPx) : null,
                HueDeg = colours[leaf.Leaf].HueDeg,
                Greenness = colours[leaf.Leaf].Greenness,
                InFrame = leaf.InFrame,
                Picture = moment.Name,
                Model = model,
            });
        }

        plants.Add(new PlantGrowthRow
        {
            Plant = plant,
            Series = tracked.Series,
            Time = time,
            Days = days,
            LeafCount = traits.LeafCount,
            LeafCountStable = tracked.Count.Count,
            LeafCountLow = tracked.Count.Low,
            LeafCountHigh = tracked.Count.High,
            AreaPx = traits.ProjectedLeafAreaPx,
            AreaMm2 = traits.ProjectedLeafAreaMm2,
            GrowthRate = tracked.RelativeGrowthRatePerDay,
            Doubt = PlantDoubt.Of(traits, found, labels, firstLabel: 1, tracked),
            Picture = moment.Name,
            Model = model,
        });
        pictures.Add((days, Small(picture, labels, identityOf)));
    }

    private double? RateOf(int series, int leaf, DateTimeOffset time, double area)
    {
        if (!areas.TryGetValue((series, leaf), out List<(DateTimeOffset, double)>? known))
        {
            areas.Add((series, leaf), known = []);
        }

        known.Add((time, area));
        return GrowthRate.Of(known);
    }

    /// <summary>The picture made small, each leaf outlined in the colour of its identity and named by it.</summary>
    private static RgbImage Small(RgbImage picture, LabelMap labels, Dictionary<int, TrackedLeaf> identityOf)
    {
        Letterbox fit = Letterbox.Fit(picture.Width, picture.Height, SmallSide);
        LabelMap identities = new(picture.Width, picture.Height, [.. labels.Labels.Select(label => label == 0 ? (ushort)0 : (ushort)(identityOf[label].Id ?? 0))]);
        return fit.Apply(Overlay.Draw(picture, identities));
    }
}
