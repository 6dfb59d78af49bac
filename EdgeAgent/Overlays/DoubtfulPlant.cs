using System.Globalization;

namespace LeafSeg.EdgeAgent.Overlays;

/// <summary>A plant in a capture, and how unsure the model was of it.</summary>
/// <param name="Plant">Its name.</param>
/// <param name="Time">When the picture was taken.</param>
/// <param name="Capture">The result that was published.</param>
/// <param name="Doubt">0 to 1.</param>
/// <param name="Model">Name and version of the model.</param>
internal sealed record DoubtfulPlant(string Plant, DateTimeOffset Time, Guid Capture, double Doubt, string Model)
{
    /// <summary>Of its files: names sort by time.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Time.UtcDateTime:yyyyMMdd'T'HHmmssfff'Z'}-{Plant}-{Capture}");
}
