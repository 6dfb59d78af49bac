using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary>What the command line sets; null where it does not.</summary>
internal sealed record CommandLineSettings
{
    public string? Frames { get; init; }

    public string? Pattern { get; init; }

    public bool Loop { get; init; }

    public string? Broker { get; init; }

    public string? Model { get; init; }

    public string? State { get; init; }

    public double? IntervalSeconds { get; init; }

    public int? StatusPort { get; init; }

    public string? Site { get; init; }

    public string? Rig { get; init; }

    public string? Plant { get; init; }

    /// <summary>The settings with the command line above them.</summary>
    public AgentOptions Over(AgentOptions settings, bool hasFile) => settings with
    {
        Site = Site ?? settings.Site,
        Rig = Rig ?? settings.Rig,
        Plant = Plant ?? settings.Plant,
        StateFolder = State ?? settings.StateFolder,
        Camera = Over(settings.Camera),
        Triggers = Over(settings.Triggers, hasFile),
        Broker = settings.Broker with { Address = Broker ?? settings.Broker.Address },
        Model = settings.Model with { File = Model ?? settings.Model.File },
        StatusPage = settings.StatusPage with { Port = StatusPort ?? settings.StatusPage.Port },
    };

    private CameraOptions Over(CameraOptions settings)
    {
        if (Frames is null && settings.Folder is null)
        {
            return settings;
        }

        PictureFolderOptions folder = settings.Folder ?? new PictureFolderOptions();
        return settings with
        {
            Device = Frames is null ? settings.Device : null,
            Genicam = Frames is null ? settings.Genicam : null,
            Network = Frames is null ? settings.Network : null,
            Folder = folder with
            {
                Path = Frames ?? folder.Path,
                Pattern = Pattern ?? folder.Pattern,
                AtEnd = Loop ? AtEnd.Loop : folder.AtEnd,
            },
        };
    }

    private TriggerOptions Over(TriggerOptions settings, bool hasFile)
    {
        if (!hasFile && settings is { Gpio: null, Schedule: null })
        {
            settings = new TriggerOptions { Gpio = new GpioOptions { Chip = GpioOptions.SimulatedChip } };
        }

        if (IntervalSeconds is not { } seconds)
        {
            return settings;
        }

        return settings with
        {
            Gpio = settings.Gpio is null ? null : settings.Gpio with { SimulatedEverySeconds = seconds, HoldOffMs = Math.Min(settings.Gpio.HoldOffMs, seconds * 500) },
            Schedule = settings.Schedule is null ? null : settings.Schedule with { EverySeconds = seconds },
        };
    }
}
