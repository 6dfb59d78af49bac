using LeafSeg.Common.Tracking;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Outbox;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>Follows the leaves of each plant from capture to capture, and continues after a restart where the outbox says.</summary>
internal sealed partial class PlantTrackers
{
    private readonly Dictionary<string, PlantTracker?> trackers = [];
    private readonly ILogger<PlantTrackers> log;

    public PlantTrackers(OutboxStore outbox, ILogger<PlantTrackers> log)
    {
        this.log = log;
        foreach (PlantIdentities plant in outbox.Identities())
        {
            trackers.Add(plant.Plant, Read(plant));
        }
    }

    /// <summary>Takes in what was measured on a frame.</summary>
    /// <returns>For each of the measurement's plants; null for one that is not followed.</returns>
    public IReadOnlyList<TrackedPlant?> Observe(DateTimeOffset time, Measurement measurement) =>
    [
        .. measurement.Plants.Select((traits, i) =>
        {
            string plant = measurement.Found.Pots[i].Plant;
            if (!trackers.TryGetValue(plant, out PlantTracker? tracker))
            {
                trackers.Add(plant, tracker = new PlantTracker());
            }

            PlantPlace place = measurement.Found.Places[i];
            return tracker?.Observe(PlantSighting.Of(
                time, measurement.Labels, place, traits, leaf => measurement.Found.Leaves[place.FirstLabel + leaf - 2].Score));
        }),
    ];

    /// <summary>What the outbox is to record with the result.</summary>
    public IReadOnlyList<PlantIdentities> States(Measurement measurement, IReadOnlyList<TrackedPlant?> tracked) =>
    [
        .. measurement.Found.Pots.Zip(tracked)
            .Where(plant => plant.Second is not null)
            .Select(plant => new PlantIdentities(plant.First.Plant, plant.Second!.Series, TrackerFile.Write(trackers[plant.First.Plant]!))),
    ];

    private PlantTracker? Read(PlantIdentities plant)
    {
        try
        {
            return TrackerFile.Read(plant.State);
        }
        catch (InvalidDataException e) when (TrackerFile.IsNewer(plant.State))
        {
            LogNewer(plant.Plant, e.Message);
            return null;
        }
        catch (InvalidDataException e)
        {
            LogDamaged(plant.Plant, e.Message, plant.Series + 1);
            return new PlantTracker(plant.Series + 1);
        }
    }
}
