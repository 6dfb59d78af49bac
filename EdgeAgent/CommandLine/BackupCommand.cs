using System.CommandLine;
using System.Globalization;
using LeafSeg.EdgeAgent.Backup;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Publishing;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary><c>leafseg-agent backup</c>.</summary>
internal static class BackupCommand
{
    private const string Description = """
        Writes one file with all that makes a rig this rig: its settings, its results that are not acknowledged yet, answered commands, models and
        what is trusted about updates, kept scales and sizes. The agent may run meanwhile. Secrets in files of their own are not in it.

        Examples:
          sudo leafseg-agent backup r17.leafseg --settings /etc/leafseg/leafseg-agent.json
          leafseg-agent backup r17.leafseg --state /var/lib/leafseg --pictures

        Exit codes: 0 done, 2 the command line is wrong, 3 a setting is wrong, 7 there is no rig's state, or the file cannot be written, 130 Ctrl-C.
        """;

    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = "File to write; one that is there is replaced once the new one is whole" };
        Option<string?> settings = new("--settings") { Description = "The rig's settings file; it goes into the backup", HelpName = "FILE" };
        Option<string?> state = new("--state") { Description = "The rig's state folder, where the settings do not name it", HelpName = "DIR" };
        Option<bool> pictures = new("--pictures") { Description = "Overlays and originals of the state folder too" };
        Command command = new("backup", Description) { file, settings, state, pictures };
        command.SetAction((parsed, cancellationToken) => InterruptibleWork.RunAsync(
            token => Run(parsed.GetRequiredValue(file), parsed.GetValue(settings), parsed.GetValue(state), parsed.GetValue(pictures), token), cancellationToken));
        return command;
    }

    private static void Run(string file, string? settings, string? state, bool pictures, CancellationToken cancellationToken)
    {
        AgentOptions options = SettingsFile.Read(settings);
        BackupSource source = new(state ?? options.StateFolder, settings, options.Site, options.Rig, InfoReport.AgentVersion, pictures);
        BackupManifest manifest;
        using (MegabytesLine progress = new("written"))
        {
            manifest = BackupWriter.Write(file, source, progress, cancellationToken);
        }

        int models = manifest.Files.Count(entry => entry.Name.EndsWith(".onnx", StringComparison.Ordinal));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{file}: rig {manifest.Site}/{manifest.Rig}, {manifest.Recorded} results so far, {manifest.Waiting} of them waiting, {models} models, "
            + $"{(settings is null ? "no settings (--settings)" : "settings")}, {new FileInfo(file).Length / 1e6:0.0} MB"));
    }
}
