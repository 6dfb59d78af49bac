using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace LeafSeg.EdgeAgent.Calibration.Lens;

/// <summary>What a lens does to a camera's pictures of one size: OpenCV's pinhole camera with radial and tangential distortion.</summary>
/// <remarks>Zhang 2000, "A flexible new technique for camera calibration".</remarks>
internal sealed record CameraLens
{
    /// <summary>Of the pictures that it was measured on, in pixels; another size is another view.</summary>
    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>[9] row by row: focal lengths and principal point, in pixels.</summary>
    public required IReadOnlyList<double> CameraMatrix { get; init; }

    /// <summary>[5] k1, k2, p1, p2, k3.</summary>
    public required IReadOnlyList<double> Distortion { get; init; }

    /// <summary>[9] camera matrix of the corrected picture, which has no empty border.</summary>
    public required IReadOnlyList<double> CorrectedMatrix { get; init; }

    /// <summary>Root mean square distance of the board's corners from where the lens puts them, in pixels.</summary>
    public required double ErrorPx { get; init; }

    /// <summary>Pictures of the board that it was measured from.</summary>
    public required int Views { get; init; }

    [JsonIgnore]
    public (int Width, int Height) Size => (Width, Height);

    /// <summary>16 hexadecimal digits that change with what it does to a picture.</summary>
    [JsonIgnore]
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"{Width} {Height} {string.Join(' ', CameraMatrix.Concat(Distortion).Concat(CorrectedMatrix).Select(n => n.ToString("R", CultureInfo.InvariantCulture)))}"))))[..16];

    /// <summary>It can be computed with.</summary>
    [JsonIgnore]
    public bool IsSound => Width > 0 && Height > 0 && (CameraMatrix.Count, Distortion.Count, CorrectedMatrix.Count) == (9, 5, 9)
        && CameraMatrix.Concat(Distortion).Concat(CorrectedMatrix).All(double.IsFinite) && CameraMatrix[0] > 0 && CameraMatrix[4] > 0 && CorrectedMatrix[0] > 0 && CorrectedMatrix[4] > 0;
}
