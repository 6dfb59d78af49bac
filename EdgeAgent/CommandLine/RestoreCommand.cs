using System.CommandLine;
using System.Globalization;
using LeafSeg.EdgeAgent.Backup;
using LeafSeg.EdgeAgent.Configuration;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary><c>leafseg-agent restore</c>.</summary>
internal static class RestoreCommand
{
    private const string Description = """
        Puts a rig back from a file of leafseg-agent backup, on this machine or another. Each file is checked before anything changes. Results
        that wait are sent by the restored rig under their old ids; new ones count on under a new boot id, so that none is taken for one that the old
        rig has sent since. Two rigs of one name must not run at once: stop the old one.

        Examples:
          sudo systemctl stop leafseg-agent
          sudo leafseg-agent restore r17.leafseg --settings /etc/leafseg/leafseg-agent.json
          leafseg-agent restore r17.leafseg --state /tmp/r17

        Exit codes:
          0    done
          1    the file is damaged, is no backup, or a newer leafseg-agent wrote it; nothing was changed
          2    the command line is wrong
          3    its settings are of a newer leafseg-agent; nothing was changed
          7    an agent runs on the folder, something is there (--force), or the disk refuses
          130  Ctrl-C
        """;

    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = "A file of leafseg-agent backup" };
        Option<string?> settings = new("--settings") { Description = "Where to write the settings; they stay in the backup when not given", HelpName = "FILE" };
        Option<string?> state = new("--state") { Description = "State folder to restore to; the one that was backed up when not given", HelpName = "DIR" };
        Option<bool> force = new("--force") { Description = "Set aside what is there (before-restore-...), and keep it" };
        Command command = new("restore", Description) { file, settings, state, force };
        command.SetAction((parsed, cancellationToken) => InterruptibleWork.RunAsync(
            token => Run(parsed.GetRequiredValue(file), parsed.GetValue(settings), parsed.GetValue(state), parsed.GetValue(force), token), cancellationToken));
        return command;
    }

    private static void Run(string file, string? settings, string? state, bool force, CancellationToken cancellationToken)
    {
        using BackupFile backup = BackupFile.Open(file);
        BackupManifest manifest = backup.Manifest;
        string folder = state ?? manifest.StateFolder;
        Restoration restoration = new(folder, settings, force);
        using (MegabytesLine progress = new("restored"))
        {
            restoration.Run(backup, progress, cancellationToken);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{folder}: rig {manifest.Site}/{manifest.Rig} of {manifest.Time:yyyy-MM-dd HH:mm:ss} UTC, {manifest.Waiting} results wait to be sent"));
        foreach (string kept in new[] { restoration.FormerState, restoration.FormerSettings }.OfType<string>())
        {
            Console.WriteLine($"{kept}: what was there before");
        }

        if (settings is null)
        {
            Console.WriteLine(manifest.HasSettings ? "The settings are in the backup and were not written; --settings FILE does." : "The backup holds no settings.");
            return;
        }

        AgentOptions options = SettingsFile.Read(settings);
        if ((options.Site, options.Rig) != (manifest.Site, manifest.Rig))
        {
            Console.Error.WriteLine(
                $"leafseg-agent: {settings}: found the name {options.Site}/{options.Rig} on this machine, and the rig was {manifest.Site}/{manifest.Rig}; set \"site\" and \"rig\" to keep its name");
        }

        if (Path.GetFullPath(options.StateFolder) != Path.GetFullPath(folder))
        {
            Console.Error.WriteLine(
                $"leafseg-agent: {settings}: found the state folder {options.StateFolder}, and the rig was restored to {folder}; set \"stateFolder\", unless the service gives it");
        }
    }
}
