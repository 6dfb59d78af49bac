using System.Text.Json.Serialization;

namespace LeafSeg.ModelTraining.Tracking;

/// <summary>One leaf in one picture. px: pixels of the picture.</summary>
internal sealed class LeafGrowthRow
{
    [JsonPropertyName("plant")]
    public string Plant { get; set; } = "";

    /// <summary>Counts the plants in this place, from 1.</summary>
    [JsonPropertyName("series")]
    public int Series { get; set; }

    /// <summary>The leaf's identity within the series; empty while it is not certain.</summary>
    [JsonPropertyName("leaf")]
    public int? Leaf { get; set; }

    /// <summary>ISO 8601, as the camera or the name has it.</summary>
    [JsonPropertyName("time")]
    public string Time { get; set; } = "";

    /// <summary>Since the plant's first picture.</summary>
    [JsonPropertyName("days")]
    public double Days { get; set; }

    /// <summary>born, seen, or unconfirmed where there is no identity.</summary>
    [JsonPropertyName("state")]
    public string State { get; set; } = "";

    [JsonPropertyName("area_px")]
    public int AreaPx { get; set; }

    [JsonPropertyName("area_mm2")]
    public double? AreaMm2 { get; set; }

    [JsonPropertyName("length_px")]
    public double LengthPx { get; set; }

    [JsonPropertyName("length_mm")]
    public double? LengthMm { get; set; }

    [JsonPropertyName("width_px")]
    public double WidthPx { get; set; }

    [JsonPropertyName("width_mm")]
    public double? WidthMm { get; set; }

    [JsonPropertyName("centroid_x_px")]
    public double CentroidX { get; set; }

    [JsonPropertyName("centroid_y_px")]
    public double CentroidY { get; set; }

    /// <summary>Of the area over the five days up to this picture; empty before a day is known.</summary>
    [JsonPropertyName("relative_growth_rate_per_day")]
    public double? GrowthRate { get; set; }

    [JsonPropertyName("hue_deg")]
    public double? HueDeg { get; set; }

    [JsonPropertyName("greenness")]
    public double? Greenness { get; set; }

    [JsonPropertyName("in_frame")]
    public bool InFrame { get; set; }

    [JsonPropertyName("picture")]
    public string Picture { get; set; } = "";

    [JsonPropertyName("model")]
    public string Model { get; set; } = "";
}

/// <summary>One plant in one picture.</summary>
internal sealed class PlantGrowthRow
{
    [JsonPropertyName("plant")]
    public string Plant { get; set; } = "";

    [JsonPropertyName("series")]
    public int Series { get; set; }

    [JsonPropertyName("time")]
    public string Time { get; set; } = "";

    [JsonPropertyName("days")]
    public double Days { get; set; }

    /// <summary>Found in this picture.</summary>
    [JsonPropertyName("leaf_count")]
    public int LeafCount { get; set; }

    /// <summary>As all pictures so far have it, and its interval.</summary>
    [JsonPropertyName("leaf_count_stable")]
    public int LeafCountStable { get; set; }

    [JsonPropertyName("leaf_count_low")]
    public int LeafCountLow { get; set; }

    [JsonPropertyName("leaf_count_high")]
    public int LeafCountHigh { get; set; }

    [JsonPropertyName("projected_leaf_area_px")]
    public int AreaPx { get; set; }

    [JsonPropertyName("projected_leaf_area_mm2")]
    public double? AreaMm2 { get; set; }

    [JsonPropertyName("relative_growth_rate_per_day")]
    public double? GrowthRate { get; set; }

    /// <summary>How unsure the model is, 0 to 1.</summary>
    [JsonPropertyName("doubt")]
    public double Doubt { get; set; }

    [JsonPropertyName("picture")]
    public string Picture { get; set; } = "";

    [JsonPropertyName("model")]
    public string Model { get; set; } = "";
}
