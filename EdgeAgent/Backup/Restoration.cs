using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Storage;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Outbox;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Backup;

/// <summary>
/// Puts a backup into a state folder. All of it is unpacked and checked beside what is there before anything moves; what was there moves into
/// a folder of its own and is never deleted; the outbox moves last. A restore that is broken off in between leaves a folder that no agent takes.
/// </summary>
internal sealed class Restoration
{
    private const int NamesShown = 5;
    private readonly string stateFolder;
    private readonly string? settingsFile;
    private readonly bool force;
    private readonly string setAside = StateFiles.SetAsidePrefix + DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture);

    /// <param name="stateFolder">Made where it is missing.</param>
    /// <param name="settingsFile">Where settings go; null: they are left in the backup.</param>
    /// <param name="force">Set aside what is there.</param>
    public Restoration(string stateFolder, string? settingsFile, bool force) => (this.stateFolder, this.settingsFile, this.force) = (stateFolder, settingsFile, force);

    /// <summary>Where the former content of the state folder is; null: there was none.</summary>
    public string? FormerState { get; private set; }

    /// <summary>Where the former settings are; null: there were none, or the same.</summary>
    public string? FormerSettings { get; private set; }

    /// <exception cref="AgentException">Refused: an agent runs, something is there, the backup is not whole or of a newer version; or the disk refuses.</exception>
    public void Run(BackupFile backup, IProgress<long> progress, CancellationToken cancellationToken)
    {
        string staging = Path.Combine(stateFolder, OutboxStore.HalfRestored);
        try
        {
            OwnFiles.CreateFolder(stateFolder);
            using FolderLock only = FolderLock.TryTake(stateFolder) ?? throw new AgentException(ExitCode.Machine,
                $"{stateFolder}: found a leafseg-agent that runs on this folder; stop it first (systemctl stop leafseg-agent)");
            string[] there = ThrowIfNotEmpty();
            ThrowIfOtherSettings(backup);
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }

            OwnFiles.CreateFolder(staging);
            try
            {
                backup.ExtractTo(staging, progress, cancellationToken);
                CheckDatabases(Path.Combine(staging, BackupFile.StatePrefix));
                CheckSettings(Path.Combine(staging, BackupFile.SettingsName));
                OutboxStore.GiveNewId(Path.Combine(staging, BackupFile.StatePrefix, OutboxStore.FileName));
                GiveToOwnerOf(stateFolder, staging);
            }
            catch
            {
                Directory.Delete(staging, recursive: true);
                throw;
            }

            Place(staging, there);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine, $"{stateFolder}: cannot be restored to ({e.Message}); expected a folder that this user may write, with room", e);
        }
        catch (SqliteException e)
        {
            throw new AgentException(ExitCode.Refused, $"found a damaged database in the backup ({e.Message}); nothing was changed; take another backup", e);
        }
    }

    private string[] ThrowIfNotEmpty()
    {
        string[] there = [.. Directory.GetFileSystemEntries(stateFolder).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)];
        string[] counting = [.. there.Where(name => !name.StartsWith(StateFiles.SetAsidePrefix, StringComparison.Ordinal))];
        return counting.Length == 0 || force ? [.. counting.Where(name => name != OutboxStore.HalfRestored)] : throw new AgentException(ExitCode.Machine,
            $"{stateFolder}: found {string.Join(", ", counting.Take(NamesShown))}{(counting.Length > NamesShown ? " ..." : "")}; expected an empty folder; "
            + "give another (--state), or --force to set aside what is there (it is kept)");
    }

    private void ThrowIfOtherSettings(BackupFile backup)
    {
        if (settingsFile is null)
        {
            return;
        }

        if (!backup.Manifest.HasSettings)
        {
            throw new AgentException(ExitCode.Usage, "--settings: found no settings in this backup; expected none to be asked for");
        }

        if (File.Exists(settingsFile) && !force)
        {
            throw new AgentException(ExitCode.Machine, $"{settingsFile}: found a file; expected none; give another (--settings), or --force to set it aside (it is kept)");
        }
    }

    private static void CheckDatabases(string state)
    {
        foreach (string file in Directory.GetFiles(state, "*.db"))
        {
            using SqliteConnection database = new(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, Mode = SqliteOpenMode.ReadOnly }.ToString());
            database.Open();
            using SqliteCommand check = database.CreateCommand();
            check.CommandText = "PRAGMA integrity_check(1)";
            if (check.ExecuteScalar() as string is var found && found != "ok")
            {
                throw new AgentException(ExitCode.Refused, $"{Path.GetFileName(file)}: found a damaged database in the backup ({found}); nothing was changed; take another backup");
            }
        }
    }

    /// <summary>Settings of a newer program have names that this one does not know.</summary>
    private static void CheckSettings(string file)
    {
        if (!File.Exists(file))
        {
            return;
        }

        try
        {
            _ = SettingsFile.Read(file);
        }
        catch (AgentException e)
        {
            throw new AgentException(e.ExitCode, e.Message.Replace(file, $"{BackupFile.SettingsName} in the backup", StringComparison.Ordinal), e);
        }
    }

    private void Place(string staging, string[] there)
    {
        if (there.Length > 0)
        {
            FormerState = Path.Combine(stateFolder, setAside);
            OwnFiles.CreateFolder(FormerState);
            foreach (string name in there)
            {
                Move(Path.Combine(stateFolder, name), Path.Combine(FormerState, name));
            }
        }

        string state = Path.Combine(staging, BackupFile.StatePrefix);
        foreach (string name in Directory.GetFileSystemEntries(state).Select(entry => Path.GetFileName(entry)).OrderBy(name => name == OutboxStore.FileName))
        {
            Move(Path.Combine(state, name), Path.Combine(stateFolder, name));
        }

        if (settingsFile is not null)
        {
            PlaceSettings(Path.Combine(staging, BackupFile.SettingsName), settingsFile);
        }

        Directory.Delete(staging, recursive: true);
    }

    private void PlaceSettings(string from, string to)
    {
        byte[] content = File.ReadAllBytes(from);
        string folder = Path.GetDirectoryName(Path.GetFullPath(to))!;
        Directory.CreateDirectory(folder);
        string owner = folder;
        UnixFileMode mode = OwnFiles.SettingsMode;
        if (File.Exists(to))
        {
            if (File.ReadAllBytes(to).AsSpan().SequenceEqual(content))
            {
                return;
            }

            mode = OperatingSystem.IsWindows() ? mode : File.GetUnixFileMode(to);
            FormerSettings = $"{to}.{setAside}";
            File.Move(to, FormerSettings);
            owner = FormerSettings;
        }

        DurableFile.Write(to, content, mode);
        GiveToOwnerOf(owner, to);
    }

    private static void Move(string from, string to)
    {
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
            return;
        }

        File.Move(from, to);
    }

    /// <summary>What root unpacks belongs to the agent's user.</summary>
    private static void GiveToOwnerOf(string model, string target)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return;
        }

        using Process chown = Process.Start(new ProcessStartInfo("chown", ["--recursive", $"--reference={model}", "--", target]) { RedirectStandardError = true })!;
        string errors = chown.StandardError.ReadToEnd();
        chown.WaitForExit();
        if (chown.ExitCode != 0)
        {
            throw new IOException(errors.Trim());
        }
    }
}
