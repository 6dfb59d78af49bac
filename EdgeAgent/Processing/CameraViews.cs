using LeafSeg.Common.Pots;
using LeafSeg.EdgeAgent.Calibration;
using LeafSeg.EdgeAgent.Calibration.Lens;
using LeafSeg.EdgeAgent.Calibration.Pots;
using LeafSeg.EdgeAgent.Calibration.Scale;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>The view of each camera, by its name.</summary>
internal sealed class CameraViews : IDisposable
{
    private readonly Dictionary<string, CameraView> views;

    /// <exception cref="AgentException">A lens that was calibrated cannot be read.</exception>
    public CameraViews(IReadOnlyList<CameraOptions> cameras, string stateFolder, CameraAlarms alarms)
    {
        KeptLenses lenses = new(stateFolder);
        KeptScales kept = new(Path.Combine(stateFolder, "scales"));
        views = cameras.ToDictionary(camera => camera.Name, camera =>
        {
            CameraLens? lens = lenses.Of(camera.Name);
            return new CameraView(
                new PotFinder(camera.Pots ?? new PotsOptions(), camera.Plant ?? camera.Name, camera.Name, alarms),
                new RigScale(camera.Scale ?? new ScaleOptions(), camera.Name, alarms, kept, lens?.Digest),
                SizeOf(camera, lens, stateFolder, alarms),
                lens is null ? null : new LensCorrection(lens));
        });
    }

    /// <summary>Null for a folder without a lens: its pictures have each their own size. With one they have that of the lens.</summary>
    public static FittedSize? SizeOf(CameraOptions camera, CameraLens? lens, string stateFolder, CameraAlarms alarms) => camera.Folder is not null && lens is null ? null : new FittedSize(
        camera.Name, (camera.Device?.Width ?? camera.Genicam?.Width, camera.Device?.Height ?? camera.Genicam?.Height), camera.Pots ?? new PotsOptions(), camera.Scale ?? new ScaleOptions(),
        Path.Combine(stateFolder, "sizes"), alarms, lens);

    public CameraView this[string camera] => views[camera];

    public void Dispose()
    {
        foreach (CameraView view in views.Values)
        {
            view.Lens?.Dispose();
        }
    }
}
