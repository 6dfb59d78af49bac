using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Updates.Requests;

namespace LeafSeg.EdgeAgent.Doctor;

/// <summary>Looks at all that a running rig needs.</summary>
internal sealed class RunningRigExamination(
    AgentOptions options, ModelInUse models, UpdateJournal updates, IReadOnlyList<CameraStatus> cameras, MqttLink link, AlarmBoard alarms)
{
    public IReadOnlyList<RigCheck> Examine() =>
    [
        .. cameras.Select(camera => Check("camera", camera.Problem is null, $"{camera.Name}: {camera.Problem ?? Pictures(camera)}", "a camera that gives pictures",
            "look at its plug, its power and its device in the settings")),
        .. RigChecks.Gpio(options, isOurs: true),
        UpdateChecks.Model(models.Current),
        RigChecks.Provider(options.Model.Provider, models.Current),
        UpdateChecks.Updates(updates.State),
        RigChecks.Disk(options.StateFolder),
        RigChecks.Clock(),
        Check("broker", link.Status.Connected, $"{link.Address}: {(link.Status.Connected ? "connected" : link.Status.Problem ?? "not connected yet")}",
            "a connection", "look at the network, broker.address and the broker's access list"),
        Check("alarms", alarms.Lasting.Count == 0, alarms.Lasting.Count == 0 ? "none" : string.Join("; ", alarms.Lasting.Select(a => $"{a.Key}: {a.Value.Detail}")),
            "none", "see what each of them says"),
    ];

    private static string Pictures(CameraStatus camera) => camera.Size is { } size ? $"pictures of {size.Width}x{size.Height}" : "no picture was asked for yet";

    private static RigCheck Check(string name, bool ok, string found, string expected, string toDo) => RigChecks.Check(name, ok, found, expected, toDo);
}
