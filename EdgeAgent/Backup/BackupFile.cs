using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using LeafSeg.Common.Json;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.RemoteCommands;
using LeafSeg.EdgeAgent.Updates.Store;

namespace LeafSeg.EdgeAgent.Backup;

/// <summary>
/// A backup that is opened to be restored. It is a zip: <c>manifest.json</c>, <c>settings.json</c> where settings were given, and the state folder
/// below <c>state/</c>. Each file is checked against the manifest, and the manifest against the zip's comment.
/// </summary>
internal sealed class BackupFile : IDisposable
{
    public const string ManifestName = "manifest.json";
    public const string SettingsName = "settings.json";
    public const string StatePrefix = "state/";
    public const string DigestPrefix = "sha256:";

    private const long LongestManifest = 64_000_000;

    private readonly string path;
    private readonly ZipArchive zip;

    private BackupFile(string path, ZipArchive zip, BackupManifest manifest) => (this.path, this.zip, Manifest) = (path, zip, manifest);

    /// <summary>Of the stores as this program writes them.</summary>
    public static IReadOnlyDictionary<string, long> Versions { get; } = new Dictionary<string, long>
    {
        ["outbox"] = OutboxStore.SchemaVersion,
        ["commands"] = CommandStore.SchemaVersion,
        ["models"] = ModelStore.Format,
    };

    public BackupManifest Manifest { get; }

    /// <exception cref="AgentException">It cannot be read, is damaged, is no backup, or a newer program wrote it.</exception>
    public static BackupFile Open(string path)
    {
        ZipArchive? zip = null;
        try
        {
            zip = ZipFile.OpenRead(path);
            BackupFile backup = new(path, zip, ReadManifest(path, zip));
            backup.Check();
            return backup;
        }
        catch (Exception e)
        {
            zip?.Dispose();
            throw e switch
            {
                AgentException => e,
                InvalidDataException or JsonException or NotSupportedException => Damaged(path, JsonFault.InWords(e), e),
                IOException or UnauthorizedAccessException => new AgentException(ExitCode.Machine, $"{path}: cannot be read ({e.Message}); expected a file that leafseg-agent backup wrote", e),
                _ => new InvalidOperationException($"{path}: the file could not be opened", e),
            };
        }
    }

    /// <summary>Writes every file of the backup to a folder, each on the disk when this returns.</summary>
    /// <exception cref="AgentException">A file is not as the manifest lists it.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void ExtractTo(string folder, IProgress<long> progress, CancellationToken cancellationToken)
    {
        foreach (BackupEntry file in Manifest.Files)
        {
            string target = Path.Combine(folder, file.Name);
            OwnFiles.CreateFolder(Path.GetDirectoryName(target)!);
            try
            {
                using Stream from = zip.GetEntry(file.Name)!.Open();
                using FileStream to = OwnFiles.Create(target);
                (long bytes, string digest) = HashedCopy.Run(from, to, file.Bytes, progress, cancellationToken);
                if (bytes != file.Bytes || digest != file.Sha256)
                {
                    throw Damaged(path, string.Create(CultureInfo.InvariantCulture, $"{file.Name} has not the {file.Bytes} bytes of the manifest"));
                }

                to.Flush(flushToDisk: true);
            }
            catch (InvalidDataException e)
            {
                throw Damaged(path, $"{file.Name}: {e.Message}", e);
            }

            File.SetLastWriteTimeUtc(target, file.Modified.UtcDateTime);
        }
    }

    public void Dispose() => zip.Dispose();

    private static AgentException Damaged(string path, string found, Exception? inner = null) =>
        new(ExitCode.Refused, $"{path}: found a damaged file or none of leafseg-agent backup ({found}); nothing was changed; take another backup", inner);

    private static BackupManifest ReadManifest(string path, ZipArchive zip)
    {
        ZipArchiveEntry entry = zip.GetEntry(ManifestName) ?? throw Damaged(path, $"no {ManifestName} in it");
        if (entry.Length > LongestManifest)
        {
            throw Damaged(path, $"{ManifestName} is too long");
        }

        using MemoryStream text = new();
        using (Stream from = entry.Open())
        {
            if (HashedCopy.Run(from, text, LongestManifest, new Progress<long>(), CancellationToken.None).Digest is var digest && zip.Comment != DigestPrefix + digest)
            {
                throw Damaged(path, $"{ManifestName} has not the digest of the file's comment");
            }
        }

        // The version first: a newer manifest may hold what this program cannot read.
        using (JsonDocument document = JsonDocument.Parse(text.ToArray()))
        {
            string? schema = document.RootElement.TryGetProperty("schema", out JsonElement value) ? value.GetString() : null;
            if (schema != BackupManifest.CurrentSchema)
            {
                throw Newer(path, $"a backup of the form \"{schema}\"", $"\"{BackupManifest.CurrentSchema}\"");
            }
        }

        return JsonSerializer.Deserialize(text.ToArray(), BackupManifest.ManifestJson.Default.BackupManifest)!;
    }

    private static AgentException Newer(string path, string found, string expected) =>
        new(ExitCode.Refused, $"{path}: found {found}, expected {expected}: a newer leafseg-agent wrote it, and nothing was changed; install that agent");

    private void Check()
    {
        foreach ((string store, long version) in Manifest.Versions)
        {
            if (!Versions.TryGetValue(store, out long known) || version > known)
            {
                throw Newer(path, string.Create(CultureInfo.InvariantCulture, $"a store \"{store}\" of version {version}"), string.Create(CultureInfo.InvariantCulture, $"at most {known}"));
            }
        }

        string[] listed = [.. Manifest.Files.Select(file => file.Name).Append(ManifestName).Order(StringComparer.Ordinal)];
        string[] there = [.. zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal)];
        if (!listed.SequenceEqual(there, StringComparer.Ordinal) || listed.Distinct().Count() != listed.Length)
        {
            throw Damaged(path, "its files are not those of its manifest");
        }

        if (Manifest.Files.FirstOrDefault(file => !IsName(file.Name)) is { } odd)
        {
            throw Damaged(path, $"\"{odd.Name}\" is no name of a file in a backup");
        }

        if (!listed.Contains(StatePrefix + OutboxStore.FileName))
        {
            throw Damaged(path, $"no {OutboxStore.FileName} in it");
        }
    }

    /// <summary>Nothing may lead out of the folder.</summary>
    private static bool IsName(string name) => name == SettingsName
        || (name.StartsWith(StatePrefix, StringComparison.Ordinal) && !name.Contains('\\') && !name.Contains('\0')
            && name.Split('/').All(part => part is not ("" or "." or "..")));
}
