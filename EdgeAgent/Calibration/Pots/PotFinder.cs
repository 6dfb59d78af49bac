using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Pots;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Calibration.Pots;

/// <summary>
/// Where the plants stand in one picture of a camera. A pot that the picture does not show, whose marker is not seen, or that has run
/// into another has no plant in the result (nothing is known of it, which is not a count of 0), and an alarm says so.
/// </summary>
internal sealed class PotFinder(PotsOptions options, string plant, string camera, CameraAlarms alarms)
{
    private readonly IReadOnlyList<Pot> standing = options.Standing();

    public bool NeedsMarkers => options.ByMarker.Count > 0;

    public int MarginPx => options.MarginPx;

    /// <param name="markers">All that were seen in the picture.</param>
    /// <param name="width">Of the picture, in pixels.</param>
    /// <param name="height">Of the picture, in pixels.</param>
    /// <param name="fits">The picture is of the size that pots without a marker were made for; else nothing is known of them.</param>
    public IReadOnlyList<Pot> Find(IReadOnlyList<Marker> markers, int width, int height, bool fits = true)
    {
        if (!options.Any)
        {
            return [new Pot(plant, new PixelBox(0, 0, width, height))];
        }

        List<Pot> pots = fits ? [.. standing] : [];
        List<string> unseen = [];
        foreach (PotMarkerOptions pot in options.ByMarker)
        {
            if (markers.FirstOrDefault(marker => marker.Id == pot.Marker) is { } marker)
            {
                pots.Add(pot.Place(marker));
            }
            else
            {
                unseen.Add(pot.Plant);
            }
        }

        Report(AlarmCode.PotUnseen, unseen, "the marker is not seen of", "uncover it, or take the pot out of pots.byMarker");
        Report(AlarmCode.PotOutside, [.. pots.Where(pot => pot.Box != pot.Within(width, height)).Select(pot => pot.Plant)],
            $"the picture of {width}x{height} pixels does not show the whole of", "see leafseg-agent layout, or turn the camera");
        pots.RemoveAll(pot => pot.Within(width, height).IsEmpty);

        List<string> overlapping = [];
        while (PotsOptions.Overlap(pots) is { } overlap)
        {
            overlapping.AddRange([overlap.One.Plant, overlap.Other.Plant]);
            pots.Remove(overlap.Other);
        }

        pots.RemoveAll(pot => overlapping.Contains(pot.Plant));
        Report(AlarmCode.PotsOverlap, [.. overlapping.Distinct()], "pots overlap:", "move them apart, or make them smaller in pots.byMarker");
        return pots;
    }

    private void Report(string alarm, List<string> plants, string what, string remedy)
    {
        if (plants.Count == 0)
        {
            alarms.Clear(alarm, camera);
        }
        else
        {
            alarms.Raise(alarm, camera, AlarmSeverity.Warning, $"{what} {string.Join(", ", plants)}; {remedy}");
        }
    }
}
