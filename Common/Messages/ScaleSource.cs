namespace LeafSeg.Common.Messages;

/// <summary>Where a capture's scale comes from.</summary>
public static class ScaleSource
{
    /// <summary>A fixed number in the settings.</summary>
    public const string Setting = "setting";

    /// <summary>The microscope's objective, which is named beside.</summary>
    public const string Objective = "objective";

    /// <summary>Markers in this very picture.</summary>
    public const string Marker = "marker";

    /// <summary>Markers in an earlier picture; in this one they were not seen, or not believed.</summary>
    public const string LastMarker = "last-marker";
}
