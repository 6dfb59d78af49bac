using LeafSeg.Common.Pots;
using LeafSeg.EdgeAgent.Calibration;
using LeafSeg.EdgeAgent.Calibration.Pots;
using LeafSeg.EdgeAgent.Calibration.Scale;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>The view of each camera, by its name.</summary>
internal sealed class CameraViews
{
    private readonly Dictionary<string, CameraView> views;

    public CameraViews(IReadOnlyList<CameraOptions> cameras, string stateFolder, CameraAlarms alarms)
    {
        KeptScales kept = new(Path.Combine(stateFolder, "scales"));
        views = cameras.ToDictionary(camera => camera.Name, camera => new CameraView(
            new PotFinder(camera.Pots ?? new PotsOptions(), camera.Plant ?? camera.Name, camera.Name, alarms),
            new RigScale(camera.Scale ?? new ScaleOptions(), camera.Name, alarms, kept),
            SizeOf(camera, stateFolder, alarms)));
    }

    /// <summary>Null for a folder.</summary>
    public static FittedSize? SizeOf(CameraOptions camera, string stateFolder, CameraAlarms alarms) => camera.Folder is not null ? null : new FittedSize(
        camera.Name, (camera.Device?.Width, camera.Device?.Height), camera.Pots ?? new PotsOptions(), camera.Scale ?? new ScaleOptions(),
        Path.Combine(stateFolder, "sizes"), alarms);

    public CameraView this[string camera] => views[camera];
}
