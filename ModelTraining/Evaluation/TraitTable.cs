using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tracking;
using LeafSeg.Common.Traits;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>Traits as two tables: one row a leaf, and one row a plant.</summary>
internal sealed class TraitTable : IDisposable
{
    private const string LeavesName = "leaves";
    private const string PlantsName = "plants";

    private readonly RowFile<LeafRow> leaves;
    private readonly RowFile<PlantRow> plants;
    private readonly PictureScale? scale;
    private readonly string model;

    /// <param name="folder">Where to.</param>
    /// <param name="mmPerPx">What a pixel covers; null: not known.</param>
    /// <param name="model">Name and version.</param>
    /// <param name="parquet">Write .parquet beside .csv.</param>
    public TraitTable(string folder, double? mmPerPx, string model, bool parquet)
    {
        leaves = new RowFile<LeafRow>(Path.Combine(folder, LeavesName), parquet);
        plants = new RowFile<PlantRow>(Path.Combine(folder, PlantsName), parquet);
        scale = mmPerPx is { } known ? PictureScale.Fixed(known) : null;
        this.model = model;
    }

    public static IEnumerable<string> FilesIn(string folder, bool parquet) =>
        new[] { LeavesName, PlantsName }.SelectMany(name => RowFile<LeafRow>.Names(Path.Combine(folder, name), parquet));

    /// <summary>Adds the plants of a picture.</summary>
    /// <param name="file">The picture's file and name.</param>
    /// <param name="labels">All leaves; of each plant those of its place, without gaps.</param>
    /// <param name="places">The plants: name, labels, part of the picture.</param>
    /// <param name="found">Those of label 1, 2, ... as the model found them.</param>
    /// <param name="taken">When it was taken, and by what.</param>
    public void Add(PredictedPicture file, LabelMap labels, IReadOnlyList<(string Plant, PlantPlace Place)> places, IReadOnlyList<LeafInstance> found, (DateTime Time, string From)? taken)
    {
        IReadOnlyList<PlantTraits> measured = PlantTraits.MeasureEach(labels, [.. places.Select(place => place.Place)], scale);
        foreach (((string name, PlantPlace place), PlantTraits plant) in places.Zip(measured))
        {
            LeafInstance[] ofPlant = [.. found.Skip(place.FirstLabel - 1).Take(place.LastLabel - place.FirstLabel + 1)];
            foreach (LeafTraits leaf in plant.Leaves)
            {
                leaves.Add(Signed(
                    new LeafRow
                    {
                        Picture = file.Name,
                        Leaf = leaf.Leaf,
                        Score = ofPlant[leaf.Leaf - 1].Score,
                        AreaPx = leaf.AreaPx,
                        CentroidX = Math.Round(leaf.Centroid.X, 2),
                        CentroidY = Math.Round(leaf.Centroid.Y, 2),
                        BoxX1 = leaf.Box.X1,
                        BoxY1 = leaf.Box.Y1,
                        BoxX2 = leaf.Box.X2,
                        BoxY2 = leaf.Box.Y2,
                        PerimeterPx = Math.Round(leaf.PerimeterPx, 2),
                        LengthPx = Math.Round(leaf.LengthPx, 2),
                        WidthPx = Math.Round(leaf.WidthPx, 2),
                        InFrame = leaf.InFrame,
                        AreaMm2 = leaf.AreaMm2,
                        PerimeterMm = leaf.PerimeterMm,
                        LengthMm = leaf.LengthMm,
                        WidthMm = leaf.WidthMm,
                    },
                    file, name, taken));
            }

            plants.Add(Signed(
                new PlantRow
                {
                    Picture = file.Name,
                    Width = labels.Width,
                    Height = labels.Height,
                    LeafCount = plant.LeafCount,
                    ProjectedLeafAreaPx = plant.ProjectedLeafAreaPx,
                    ConvexHullAreaPx = Math.Round(plant.ConvexHullAreaPx, 2),
                    PerimeterPx = Math.Round(plant.PerimeterPx, 2),
                    DiameterPx = Math.Round(plant.DiameterPx, 2),
                    Compactness = plant.Compactness,
                    Stockiness = plant.Stockiness,
                    InFrame = plant.InFrame,
                    ProjectedLeafAreaMm2 = plant.ProjectedLeafAreaMm2,
                    DiameterMm = plant.DiameterMm,
                    Doubt = PlantDoubt.Of(plant, ofPlant, labels, place.FirstLabel, tracked: null),
                },
                file, name, taken));
        }

        leaves.Flush();
        plants.Flush();
    }

    public async Task CompleteAsync(CancellationToken cancellation)
    {
        await leaves.CompleteAsync(cancellation);
        await plants.CompleteAsync(cancellation);
    }

    public void Dispose()
    {
        leaves.Dispose();
        plants.Dispose();
    }

    private TRow Signed<TRow>(TRow row, PredictedPicture file, string plant, (DateTime Time, string From)? taken)
        where TRow : TraitRow
    {
        row.Source = file.Source;
        row.Time = taken?.Time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        row.TimeFrom = taken?.From;
        row.Plant = plant;
        row.Model = model;
        return row;
    }
}
