using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LeafSeg.Common.Storage;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Updates.Store;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Backup;

/// <summary>
/// Writes a backup of a state folder, while its agent runs or not. Databases are copied by SQLite as they are at one moment (VACUUM INTO); every
/// other file is replaced whole by the agent, and so read whole.
/// </summary>
internal sealed class BackupWriter : IDisposable
{
    private const int Tries = 20;
    private static readonly DateTimeOffset EarliestInZip = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string stateFolder;
    private readonly string scratch;
    private readonly ZipArchive zip;
    private readonly IProgress<long> progress;
    private readonly CancellationToken cancellationToken;
    private readonly List<BackupEntry> files = [];
    private Dictionary<string, byte[]> modelNames = [];

    private BackupWriter(string stateFolder, string scratch, Stream file, IProgress<long> progress, CancellationToken cancellationToken)
    {
        (this.stateFolder, this.scratch, this.progress, this.cancellationToken) = (stateFolder, scratch, progress, cancellationToken);
        zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
    }

    /// <param name="path">The file to write; one that is there is replaced at the end.</param>
    /// <param name="source">What to back up.</param>
    /// <param name="progress">Gets the number of bytes of each step.</param>
    /// <param name="cancellationToken">Ends it; the file is as it was.</param>
    /// <exception cref="AgentException">The state folder holds no outbox, or one that is damaged or of a newer version; or the disk refuses.</exception>
    public static BackupManifest Write(string path, BackupSource source, IProgress<long> progress, CancellationToken cancellationToken)
    {
        string scratch = DurableFile.PartOf(path) + ".d";
        try
        {
            if (!File.Exists(Path.Combine(source.StateFolder, OutboxStore.FileName)))
            {
                throw new AgentException(ExitCode.Machine,
                    $"{source.StateFolder}: found no {OutboxStore.FileName}; expected the state folder of a rig (--state, or stateFolder in --settings)");
            }

            if (Directory.Exists(scratch))
            {
                Directory.Delete(scratch, recursive: true);
            }

            OwnFiles.CreateFolder(scratch);
            BackupManifest? manifest = null;
            DurableFile.Write(
                path,
                file =>
                {
                    using BackupWriter writer = new(source.StateFolder, scratch, file, progress, cancellationToken);
                    manifest = writer.Write(source);
                },
                OwnFiles.Mode);
            return manifest!;
        }
        catch (SqliteException e)
        {
            throw new AgentException(ExitCode.Machine,
                $"{source.StateFolder}: a database cannot be copied ({e.Message}); expected whole files that this user may read and write; an agent that starts mends a damaged outbox", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine, $"{path}: cannot be written ({e.Message}); nothing of it is left", e);
        }
        finally
        {
            if (Directory.Exists(scratch))
            {
                Directory.Delete(scratch, recursive: true);
            }
        }
    }

    public void Dispose() => zip.Dispose();

    private BackupManifest Write(BackupSource source)
    {
        if (source.SettingsFile is { } settings)
        {
            Add(BackupFile.SettingsName, File.ReadAllBytes(settings), new DateTimeOffset(File.GetLastWriteTimeUtc(settings)));
        }

        AddModelNames();
        (long recorded, long waiting) = (0, 0);
        foreach (string name in StateFiles.Of(stateFolder, source.WithPictures).Where(name => !StateFiles.IsModelName(name)))
        {
            if (StateFiles.IsDatabase(name))
            {
                string copy = Copied(name);
                if (name == OutboxStore.FileName)
                {
                    (recorded, waiting) = OutboxStore.Contents(copy);
                }

                AddFile(name, copy);
                continue;
            }

            AddFile(name, Path.Combine(stateFolder, name));
        }

        ThrowIfModelMissing();
        BackupManifest manifest = new()
        {
            Schema = BackupManifest.CurrentSchema,
            Time = DateTimeOffset.UtcNow,
            Agent = source.AgentVersion,
            Site = source.Site,
            Rig = source.Rig,
            StateFolder = Path.GetFullPath(stateFolder),
            Versions = BackupFile.Versions,
            Recorded = recorded,
            Waiting = waiting,
            Files = files,
        };
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(manifest, BackupManifest.ManifestJson.Default.BackupManifest);
        using (Stream entry = Entry(BackupFile.ManifestName, manifest.Time).Open())
        {
            entry.Write(json);
        }

        zip.Comment = BackupFile.DigestPrefix + Convert.ToHexStringLower(SHA256.HashData(json));
        return manifest;
    }

    /// <summary>The files that name the models of the store are of one moment: read until two readings are alike.</summary>
    private void AddModelNames()
    {
        Dictionary<string, byte[]> before = ReadModelNames();
        for (int i = 0; i < Tries; i++)
        {
            Dictionary<string, byte[]> now = ReadModelNames();
            if (now.Count == before.Count && now.All(file => before.TryGetValue(file.Key, out byte[]? old) && old.AsSpan().SequenceEqual(file.Value)))
            {
                modelNames = now;
                foreach ((string name, byte[] content) in now)
                {
                    Add(BackupFile.StatePrefix + name, content, DateTimeOffset.UtcNow);
                }

                return;
            }

            before = now;
        }

        throw Changing();
    }

    private Dictionary<string, byte[]> ReadModelNames()
    {
        Dictionary<string, byte[]> found = [];
        foreach (string name in StateFiles.Of(stateFolder, withPictures: false).Where(StateFiles.IsModelName))
        {
            try
            {
                found[name] = File.ReadAllBytes(Path.Combine(stateFolder, name));
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // Gone since: the next reading shows it.
            }
        }

        return found;
    }

    /// <summary>A model that is named and was removed before it was read: the store has gone on by two models meanwhile.</summary>
    private void ThrowIfModelMissing()
    {
        foreach (string name in (string[])["models/active", "models/last-good"])
        {
            string? digest = modelNames.TryGetValue(name, out byte[]? text) ? Encoding.UTF8.GetString(text).Trim() : null;
            if (ModelStore.IsDigest(digest) && !files.Any(entry => StateFiles.IsModel(entry.Name[BackupFile.StatePrefix.Length..]) && $"sha256:{entry.Sha256}" == digest))
            {
                throw Changing();
            }
        }
    }

    private AgentException Changing() => new(ExitCode.Machine, $"{stateFolder}: the models change while they are read (an update); run it again in a minute");

    private string Copied(string name)
    {
        string copy = Path.Combine(scratch, name.Replace('/', '-'));
        using SqliteConnection database = new(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(stateFolder, name),
            Pooling = false,
            Mode = SqliteOpenMode.ReadWrite,
        }.ToString());
        database.Open();
        using SqliteCommand command = database.CreateCommand();
        command.CommandText = "VACUUM INTO $copy";
        command.Parameters.AddWithValue("$copy", copy);
        command.ExecuteNonQuery();
        return copy;
    }

    private void AddFile(string name, string file)
    {
        FileStream content;
        try
        {
            content = File.OpenRead(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return; // A ring of pictures or models has gone on.
        }

        using (content)
        {
            Add(BackupFile.StatePrefix + name, content, new DateTimeOffset(File.GetLastWriteTimeUtc(content.SafeFileHandle)));
        }
    }

    private void Add(string name, byte[] content, DateTimeOffset modified)
    {
        using MemoryStream from = new(content);
        Add(name, from, modified);
    }

    private void Add(string name, Stream content, DateTimeOffset modified)
    {
        using Stream entry = Entry(name, modified).Open();
        (long bytes, string digest) = HashedCopy.Run(content, entry, long.MaxValue, progress, cancellationToken);
        files.Add(new BackupEntry(name, bytes, digest, modified));
    }

    private ZipArchiveEntry Entry(string name, DateTimeOffset modified)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = modified < EarliestInZip ? EarliestInZip : modified;
        return entry;
    }
}

/// <summary>What to back up.</summary>
/// <param name="StateFolder">Of the rig.</param>
/// <param name="SettingsFile">Null: no settings in the backup.</param>
/// <param name="Site">Of the rig.</param>
/// <param name="Rig">Its name.</param>
/// <param name="AgentVersion">Of this program.</param>
/// <param name="WithPictures">The folders of overlays and originals too.</param>
internal sealed record BackupSource(string StateFolder, string? SettingsFile, string Site, string Rig, string AgentVersion, bool WithPictures);
