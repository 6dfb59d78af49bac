using LeafSeg.Common.Messages;
using LeafSeg.Common.Pots;
using LeafSeg.EdgeAgent.Calibration.Pots;
using LeafSeg.EdgeAgent.Calibration.Scale;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Ingest;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Overlays;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.RemoteCommands;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;
using LeafSeg.EdgeAgent.Updates;
using LeafSeg.EdgeAgent.Web;

namespace LeafSeg.EdgeAgent.Configuration;

/// <summary>Every setting, as in the settings file.</summary>
internal sealed record AgentOptions
{
    public string Site { get; init; } = "local";

    public string Rig { get; init; } = RigName.OfThisMachine();

    /// <summary>Name of the plant under the camera, where no pots are named.</summary>
    public string Plant { get; init; } = "plant1";

    /// <summary>Holds the outbox and the overlays.</summary>
    public string StateFolder { get; init; } = DefaultStateFolder();

    public TriggerOptions Triggers { get; init; } = new();

    public CameraOptions Camera { get; init; } = new();

    /// <summary>Further cameras of the rig, each with a name and plants of its own.</summary>
    public IReadOnlyList<CameraOptions> MoreCameras { get; init; } = [];

    public QualityOptions Quality { get; init; } = new();

    public ModelOptions Model { get; init; } = new();

    public UpdateOptions Updates { get; init; } = new();

    /// <summary>Under the first camera.</summary>
    public PotsOptions Pots { get; init; } = new();

    /// <summary>Of every camera that has none of its own.</summary>
    public ScaleOptions Scale { get; init; } = new();

    public BrokerOptions Broker { get; init; } = new();

    public HomeAssistantOptions HomeAssistant { get; init; } = new();

    public CommandOptions Commands { get; init; } = new();

    public OutboxOptions Outbox { get; init; } = new();

    public OverlayRingOptions Overlays { get; init; } = new();

    public OriginalsOptions Originals { get; init; } = new();

    public HealthOptions Health { get; init; } = new();

    public StatusPageOptions StatusPage { get; init; } = new();

    /// <summary>Of <c>leafseg-agent ingest</c> alone.</summary>
    public IngestOptions Ingest { get; init; } = new();

    /// <summary>Every plant that a result can be about.</summary>
    public IReadOnlySet<string> PlantNames() => Cameras().SelectMany(camera => camera.PlantNames()).ToHashSet();

    /// <summary>All cameras, each with the plants, pots and scale that count for it.</summary>
    public IReadOnlyList<CameraOptions> Cameras() =>
    [
        Camera with { Plant = Camera.Plant ?? Plant, Pots = Camera.Pots ?? Pots, Scale = Camera.Scale ?? Scale },
        .. MoreCameras.Select(camera => camera with { Scale = camera.Scale ?? Scale }),
    ];

    /// <summary>The name of the section of camera <paramref name="index"/> of <see cref="Cameras"/>, as messages show it.</summary>
    public static string CameraSetting(int index) => index == 0 ? "camera" : $"moreCameras[{index - 1}]";

    /// <summary>All that is wrong, so that one look at it mends everything.</summary>
    public IEnumerable<SettingProblem> Problems()
    {
        if (!Topics.IsName(Site))
        {
            yield return new SettingProblem("site", Site, SettingProblem.TopicName);
        }

        if (!Topics.IsName(Rig))
        {
            yield return new SettingProblem("rig", Rig, SettingProblem.TopicName);
        }

        if (!Topics.IsName(Plant))
        {
            yield return new SettingProblem("plant", Plant, SettingProblem.TopicName);
        }

        if (string.IsNullOrWhiteSpace(StateFolder))
        {
            yield return new SettingProblem("stateFolder", StateFolder, "a folder that can be written");
        }

        if (Camera.Pots is not null && Pots.Any)
        {
            yield return new SettingProblem("camera.pots", "two layouts", "pots or camera.pots, not both");
        }

        foreach (SettingProblem problem in MoreCameras.SelectMany((camera, i) => CameraProblems(camera, i)).Concat(TriggeredCameraProblems()))
        {
            yield return problem;
        }

        foreach (SettingProblem problem in Triggers.Problems("triggers")
            .Concat(Camera.Problems("camera"))
            .Concat(Quality.Problems("quality"))
            .Concat(Model.Problems("model"))
            .Concat(Updates.Problems("updates"))
            .Concat(Pots.Problems("pots"))
            .Concat(Scale.Problems("scale"))
            .Concat(Broker.Problems("broker"))
            .Concat(HomeAssistant.Problems("homeAssistant"))
            .Concat(Commands.Problems("commands"))
            .Concat(Outbox.Problems("outbox"))
            .Concat(Overlays.Problems("overlays"))
            .Concat(Originals.Problems("originals"))
            .Concat(Health.Problems("health"))
            .Concat(StatusPage.Problems("statusPage"))
            .Concat(Ingest.Problems("ingest")))
        {
            yield return problem;
        }
    }

    private IEnumerable<SettingProblem> CameraProblems(CameraOptions camera, int index)
    {
        string name = CameraSetting(index + 1);
        IEnumerable<CameraOptions> before = Cameras().Take(index + 1);
        if (before.Any(c => c.Name == camera.Name))
        {
            yield return new SettingProblem($"{name}.name", camera.Name, "a name that no other camera has");
        }

        string[] own = [.. camera.PlantNames()];
        if (own.Length == 0)
        {
            yield return new SettingProblem($"{name}.plant", camera.Plant, $"a plant that no other camera looks at, or {name}.pots");
        }

        foreach (string twice in own.Intersect(before.SelectMany(c => c.PlantNames())))
        {
            yield return new SettingProblem(camera.Pots is { Any: true } ? $"{name}.pots" : $"{name}.plant", twice, "a plant that no other camera looks at");
        }

        foreach (SettingProblem problem in camera.Problems(name))
        {
            yield return problem;
        }
    }

    private IEnumerable<SettingProblem> TriggeredCameraProblems()
    {
        string[] cameras = [.. Cameras().Select(c => c.Name)];
        foreach ((string setting, string? camera) in new[] { ("gpio", Triggers.Gpio?.Camera), ("schedule", Triggers.Schedule?.Camera) })
        {
            if (camera is not null && !cameras.Contains(camera))
            {
                yield return new SettingProblem($"triggers.{setting}.camera", camera, $"one of {string.Join(", ", cameras)}, or null for each of them");
            }
        }
    }

    /// <summary>systemd's own where it gives one, else the user's.</summary>
    private static string DefaultStateFolder()
    {
        if (Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } given)
        {
            return given;
        }

        string state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return Path.Combine(state, "leafseg-agent");
    }
}
