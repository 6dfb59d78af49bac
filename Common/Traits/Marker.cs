namespace LeafSeg.Common.Traits;

/// <summary>An ArUco marker as it was seen.</summary>
/// <param name="Id">Its number in the dictionary.</param>
/// <param name="Corners">[4] clockwise from the marker's own top left, in pixels; pixel centres at whole numbers.</param>
public sealed record Marker(int Id, IReadOnlyList<PicturePoint> Corners);
