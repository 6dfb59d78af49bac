using System.Text.Json.Serialization;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>Where a row's numbers come from; the last columns of both tables.</summary>
internal abstract class TraitRow
{
    /// <summary>The file that was read, with its folder.</summary>
    [JsonPropertyName("source")]
    public string Source { get; set; } = "";

    /// <summary>When the picture was taken, ISO 8601, local time as the camera or the name has it.</summary>
    [JsonPropertyName("time")]
    public string? Time { get; set; }

    /// <summary>exif or name.</summary>
    [JsonPropertyName("time_from")]
    public string? TimeFrom { get; set; }

    [JsonPropertyName("plant")]
    public string Plant { get; set; } = "";

    /// <summary>Name and version.</summary>
    [JsonPropertyName("model")]
    public string Model { get; set; } = "";
}

/// <summary>One leaf. px: pixels of the picture; px_area and mm2: areas.</summary>
internal sealed class LeafRow : TraitRow
{
    [JsonPropertyName("picture"), JsonPropertyOrder(-1)]
    public string Picture { get; set; } = "";

    [JsonPropertyName("leaf"), JsonPropertyOrder(-1)]
    public int Leaf { get; set; }

    [JsonPropertyName("score"), JsonPropertyOrder(-1)]
    public double Score { get; set; }

    [JsonPropertyName("area_px"), JsonPropertyOrder(-1)]
    public int AreaPx { get; set; }

    [JsonPropertyName("centroid_x_px"), JsonPropertyOrder(-1)]
    public double CentroidX { get; set; }

    [JsonPropertyName("centroid_y_px"), JsonPropertyOrder(-1)]
    public double CentroidY { get; set; }

    [JsonPropertyName("box_x1_px"), JsonPropertyOrder(-1)]
    public int BoxX1 { get; set; }

    [JsonPropertyName("box_y1_px"), JsonPropertyOrder(-1)]
    public int BoxY1 { get; set; }

    [JsonPropertyName("box_x2_px"), JsonPropertyOrder(-1)]
    public int BoxX2 { get; set; }

    [JsonPropertyName("box_y2_px"), JsonPropertyOrder(-1)]
    public int BoxY2 { get; set; }

    [JsonPropertyName("perimeter_px"), JsonPropertyOrder(-1)]
    public double PerimeterPx { get; set; }

    [JsonPropertyName("length_px"), JsonPropertyOrder(-1)]
    public double LengthPx { get; set; }

    [JsonPropertyName("width_px"), JsonPropertyOrder(-1)]
    public double WidthPx { get; set; }

    [JsonPropertyName("in_frame"), JsonPropertyOrder(-1)]
    public bool InFrame { get; set; }

    [JsonPropertyName("area_mm2"), JsonPropertyOrder(-1)]
    public double? AreaMm2 { get; set; }

    [JsonPropertyName("perimeter_mm"), JsonPropertyOrder(-1)]
    public double? PerimeterMm { get; set; }

    [JsonPropertyName("length_mm"), JsonPropertyOrder(-1)]
    public double? LengthMm { get; set; }

    [JsonPropertyName("width_mm"), JsonPropertyOrder(-1)]
    public double? WidthMm { get; set; }
}

/// <summary>One plant: a picture, or a pot of one.</summary>
internal sealed class PlantRow : TraitRow
{
    [JsonPropertyName("picture"), JsonPropertyOrder(-1)]
    public string Picture { get; set; } = "";

    [JsonPropertyName("picture_width_px"), JsonPropertyOrder(-1)]
    public int Width { get; set; }

    [JsonPropertyName("picture_height_px"), JsonPropertyOrder(-1)]
    public int Height { get; set; }

    [JsonPropertyName("leaf_count"), JsonPropertyOrder(-1)]
    public int LeafCount { get; set; }

    [JsonPropertyName("projected_leaf_area_px"), JsonPropertyOrder(-1)]
    public int ProjectedLeafAreaPx { get; set; }

    [JsonPropertyName("convex_hull_area_px"), JsonPropertyOrder(-1)]
    public double ConvexHullAreaPx { get; set; }

    [JsonPropertyName("perimeter_px"), JsonPropertyOrder(-1)]
    public double PerimeterPx { get; set; }

    [JsonPropertyName("diameter_px"), JsonPropertyOrder(-1)]
    public double DiameterPx { get; set; }

    [JsonPropertyName("compactness"), JsonPropertyOrder(-1)]
    public double? Compactness { get; set; }

    [JsonPropertyName("stockiness"), JsonPropertyOrder(-1)]
    public double? Stockiness { get; set; }

    [JsonPropertyName("in_frame"), JsonPropertyOrder(-1)]
    public bool InFrame { get; set; }

    [JsonPropertyName("projected_leaf_area_mm2"), JsonPropertyOrder(-1)]
    public double? ProjectedLeafAreaMm2 { get; set; }

    [JsonPropertyName("diameter_mm"), JsonPropertyOrder(-1)]
    public double? DiameterMm { get; set; }

    /// <summary>How unsure the model is, 0 to 1.</summary>
    [JsonPropertyName("doubt"), JsonPropertyOrder(-1)]
    public double Doubt { get; set; }
}
