using System.CommandLine;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary>The commands of leafseg-agent.</summary>
internal static class CommandTree
{
    public static RootCommand Create() => new("LeafSeg's edge agent: counts and measures the leaves of plants in a greenhouse, and publishes them over MQTT.")
    {
        RunCommand.Create(),
        SetupCommand.Create(),
        SimulateCommand.Create(),
        DoctorCommand.Create(),
        CheckConfigCommand.Create(),
        LayoutCommand.Create(),
        CalibrateCommand.Create(),
        ProveCommand.Create(),
        BackupCommand.Create(),
        RestoreCommand.Create(),
        IngestCommand.Create(),
        TufCommand.Create(),
    };
}
