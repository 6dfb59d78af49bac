using LeafSeg.EdgeAgent.Calibration.Pots;
using LeafSeg.EdgeAgent.Calibration.Scale;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>The view of each camera, by its name.</summary>
internal sealed class CameraViews
{
    private readonly Dictionary<string, CameraView> views;

    public CameraViews(AgentOptions options, CameraAlarms alarms)
    {
        KeptScales kept = new(Path.Combine(options.StateFolder, "scales"));
        views = options.Cameras().ToDictionary(camera => camera.Name, camera => new CameraView(
            new PotFinder(camera.Pots ?? new PotsOptions(), camera.Plant ?? options.Plant, camera.Name, alarms),
            new RigScale(camera.Scale ?? new ScaleOptions(), camera.Name, alarms, kept)));
    }

    public CameraView this[string camera] => views[camera];
}
