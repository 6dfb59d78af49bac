using LeafSeg.Common.CommandLine;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Processing;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>What the rig is made of.</summary>
internal sealed class InfoReport(MachineBoot boot, ModelInUse models, IReadOnlyList<CameraStatus> cameras)
{
    public static string AgentVersion => ProgramVersion.Text;

    public string Boot => boot.Id;

    public RigInfo Now() => new()
    {
        Boot = boot.Id,
        Agent = new AgentInfo { Version = AgentVersion },
        Model = Model(),
        Provider = models.Current.Provider,
        ProviderNote = models.Current.ProviderNote,
        Camera = Of(cameras[0]),
        Cameras = [.. cameras.Select(Of)],
        Capabilities = CommandName.All,
    };

    private static CameraInfo Of(CameraStatus camera) =>
        new() { Name = camera.Name, Width = camera.Size?.Width, Height = camera.Size?.Height };

    public ModelInfo Model()
    {
        LeafModel model = models.Current;
        return new ModelInfo { Name = model.Metadata.Name, Version = model.Metadata.Version, Digest = model.Digest, Note = model.FileNote };
    }
}
