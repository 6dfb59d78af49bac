using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>Traits as two CSV files (RFC 4180), written line by line: one line a leaf, and one line a picture.</summary>
internal sealed class TraitTable : IDisposable
{
    private const string LeavesName = "leaves.csv";
    private const string PlantsName = "plants.csv";

    private const string LeafColumns =
        "picture,leaf,score,area_px,centroid_x,centroid_y,box_x1,box_y1,box_x2,box_y2,perimeter_px,length_px,width_px,in_frame,"
        + "area_mm2,perimeter_mm,length_mm,width_mm";

    private const string PlantColumns =
        "picture,width,height,leaf_count,projected_leaf_area_px,convex_hull_area_px,perimeter_px,diameter_px,compactness,stockiness,in_frame,"
        + "projected_leaf_area_mm2,diameter_mm";

    private readonly StreamWriter leaves;
    private readonly StreamWriter plants;
    private readonly double? mmPerPx;

    private TraitTable(StreamWriter leaves, StreamWriter plants, double? mmPerPx)
    {
        this.leaves = leaves;
        this.plants = plants;
        this.mmPerPx = mmPerPx;
    }

    public static IEnumerable<string> FilesIn(string folder) => [Path.Combine(folder, LeavesName), Path.Combine(folder, PlantsName)];

    public static TraitTable Create(string folder, double? mmPerPx)
    {
        TraitTable table = new(new StreamWriter(Path.Combine(folder, LeavesName)), new StreamWriter(Path.Combine(folder, PlantsName)), mmPerPx);
        table.leaves.WriteLine(LeafColumns);
        table.plants.WriteLine(PlantColumns);
        return table;
    }

    /// <summary>Adds a picture.</summary>
    /// <param name="source">The picture's file; its name goes into the tables.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="labels">Its leaves, 1 up to their number.</param>
    /// <param name="scores">Of leaf 1, 2, ...</param>
    public void Add(string source, RgbImage picture, LabelMap labels, IReadOnlyList<float> scores)
    {
        string name = Quoted(Path.GetFileName(source));
        PlantTraits plant = PlantTraits.Measure(labels, mmPerPx is { } known ? PictureScale.Fixed(known) : null);
        foreach (LeafTraits leaf in plant.Leaves)
        {
            leaves.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name},{leaf.Leaf},{scores[leaf.Leaf - 1]:0.0000},{leaf.AreaPx},{leaf.Centroid.X:0.##},{leaf.Centroid.Y:0.##},"
                + $"{leaf.Box.X1},{leaf.Box.Y1},{leaf.Box.X2},{leaf.Box.Y2},{leaf.PerimeterPx:0.##},{leaf.LengthPx:0.##},{leaf.WidthPx:0.##},"
                + $"{Word(leaf.InFrame)},{leaf.AreaMm2:0.####},{leaf.PerimeterMm:0.####},{leaf.LengthMm:0.####},{leaf.WidthMm:0.####}"));
        }

        plants.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name},{picture.Width},{picture.Height},{plant.LeafCount},{plant.ProjectedLeafAreaPx},{plant.ConvexHullAreaPx:0.##},"
            + $"{plant.PerimeterPx:0.##},{plant.DiameterPx:0.##},{plant.Compactness:0.####},{plant.Stockiness:0.####},{Word(plant.InFrame)},"
            + $"{plant.ProjectedLeafAreaMm2:0.####},{plant.DiameterMm:0.####}"));

        // A run that is ended leaves the lines of all pictures that it has done.
        leaves.Flush();
        plants.Flush();
    }

    public void Dispose()
    {
        leaves.Dispose();
        plants.Dispose();
    }

    private static string Word(bool value) => value ? "true" : "false";

    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
