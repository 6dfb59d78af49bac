using System.Globalization;
using System.Text.Json;
using LeafSeg.Common.Json;
using LeafSeg.Common.Storage;
using LeafSeg.Common.Tuf;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>
/// A repository on disk. <c>metadata</c> and <c>targets</c> are what a server shows; <c>staged</c> has what waits for
/// signatures, and <c>repository.json</c> for how many days metadata is signed. What is live is what timestamp.json
/// leads to; everything else in <c>metadata</c> no client requests.
/// </summary>
internal sealed class ReleaseFolder : IDisposable
{
    private const string SettingsName = "repository.json";
    private const string GateName = ".lock";

    private readonly string path;
    private readonly FileStream gate;

    private ReleaseFolder(string path, FileStream gate, IReadOnlyDictionary<string, int> days)
    {
        this.path = path;
        this.gate = gate;
        Days = days;
    }

    /// <summary>By role; a delegated one without an entry has those of targets.</summary>
    public IReadOnlyDictionary<string, int> Days { get; }

    private string Metadata => Path.Combine(path, "metadata");

    private string StagedFolder => Path.Combine(path, "staged");

    /// <exception cref="ReleaseException">There is none, or another command works on it.</exception>
    public static ReleaseFolder Open(string path)
    {
        byte[] settings = RequiredFile.Bytes(Path.Combine(path, SettingsName), "a repository, as leafseg-train release init makes it");
        FileStream gate = Lock(path);
        try
        {
            return new ReleaseFolder(path, gate, JsonSerializer.Deserialize<Dictionary<string, int>>(settings)!);
        }
        catch (JsonException e)
        {
            gate.Dispose();
            throw ReleaseException.File($"{Path.Combine(path, SettingsName)}: expected days by role ({JsonFault.InWords(e)}).", e);
        }
    }

    /// <exception cref="ReleaseException">The folder is not empty.</exception>
    public static ReleaseFolder Create(string path, IReadOnlyDictionary<string, int> days)
    {
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
        {
            throw ReleaseException.File($"{path}: is there and not empty; expected a new or an empty folder for a repository.");
        }

        Directory.CreateDirectory(path);
        ReleaseFolder folder = new(path, Lock(path), days);
        foreach (string inside in (string[])[folder.Metadata, folder.StagedFolder, Path.Combine(path, "targets")])
        {
            Directory.CreateDirectory(inside);
        }

        DurableFile.Write(Path.Combine(path, SettingsName), JsonSerializer.SerializeToUtf8Bytes(days));
        return folder;
    }

    /// <summary>A role's metadata as clients get it; null where there is none.</summary>
    /// <exception cref="TufException">What leads to it is damaged.</exception>
    public byte[]? Live(string role)
    {
        if (role == RoleName.Root)
        {
            return RootVersion() is > 0 and long newest ? ReadMetadata(role, newest) : null;
        }

        byte[]? timestamp = Read(Path.Combine(Metadata, RoleName.FileOf(RoleName.Timestamp)));
        if (role == RoleName.Timestamp || timestamp is null)
        {
            return timestamp;
        }

        byte[] snapshot = ReadMetadata(RoleName.Snapshot, new TimestampMetadata(timestamp).Snapshot.Version);
        if (role == RoleName.Snapshot)
        {
            return snapshot;
        }

        return new SnapshotMetadata(snapshot).Files.TryGetValue(RoleName.FileOf(role), out ListedMetadata? listed) ? ReadMetadata(role, listed.Version) : null;
    }

    /// <summary>What waits for signatures; null also where a broken-off commit has left what is live by now.</summary>
    public SignedFile? Staged(string role)
    {
        if (Read(StagedPath(role)) is not { } bytes)
        {
            return null;
        }

        SignedFile staged = new($"staged/{RoleName.FileOf(role)}", bytes);
        return Live(role) is { } live && VersionOf(staged) <= VersionOf(new SignedFile(role, live)) ? null : staged;
    }

    public IReadOnlyList<string> StagedRoles() =>
        [.. Directory.EnumerateFiles(StagedFolder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Order(StringComparer.Ordinal).Where(role => Staged(role) is not null)];

    /// <summary>What would be live once all that is staged is.</summary>
    public SignedFile? Planned(string role) => Staged(role) ?? (Live(role) is { } live ? new SignedFile(RoleName.FileOf(role), live) : null);

    public void Stage(string role, ReadOnlyMemory<byte> file) => DurableFile.Write(StagedPath(role), file);

    /// <summary>Undoes what is staged by a change that cannot be finished.</summary>
    public void Attempt(Action change)
    {
        Dictionary<string, byte[]> before = Directory.EnumerateFiles(StagedFolder, "*.json").ToDictionary(file => file, File.ReadAllBytes);
        try
        {
            change();
        }
        catch
        {
            foreach (string file in Directory.EnumerateFiles(StagedFolder).Where(file => !before.ContainsKey(file)))
            {
                DurableFile.Delete(file);
            }

            foreach ((string file, byte[] content) in before)
            {
                DurableFile.Write(file, content);
            }

            throw;
        }
    }

    public void ClearStaged()
    {
        foreach (string file in Directory.EnumerateFiles(StagedFolder))
        {
            DurableFile.Delete(file);
        }
    }

    /// <summary>Puts a finished file where clients find it.</summary>
    public void Show(string role, SignedFile file) => DurableFile.Write(
        Path.Combine(Metadata, role == RoleName.Timestamp ? RoleName.FileOf(role) : NameOf(role, VersionOf(file))), file.Bytes);

    /// <summary>Puts a target where clients will find it once it is listed: with its hash before its name.</summary>
    public void ShowTarget(string targetPath, string sha256, ReadOnlyMemory<byte> content)
    {
        int name = targetPath.LastIndexOf('/') + 1;
        string file = Path.Combine(path, "targets", targetPath[..name], $"{sha256}.{targetPath[name..]}");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        DurableFile.Write(file, content);
    }

    public void Dispose() => gate.Dispose();

    /// <summary>The version alone, of whatever role.</summary>
    /// <exception cref="TufException">It has none.</exception>
    public static long VersionOf(SignedFile file) =>
        file.SignedPart.ValueKind == JsonValueKind.Object
        && file.SignedPart.TryGetProperty("version", out JsonElement version) && version.TryGetInt64(out long number)
            ? number
            : throw new TufException(TufRefusal.Malformed, $"{file.Name}: found no version; expected a whole number");

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(Path.Combine(path, GateName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw ReleaseException.File($"{path}: another leafseg-train release works on this repository; wait until it has ended.", e);
        }
    }

    private long RootVersion()
    {
        long version = 0;
        while (File.Exists(Path.Combine(Metadata, NameOf(RoleName.Root, version + 1))))
        {
            version++;
        }

        return version;
    }

    private byte[] ReadMetadata(string role, long version)
    {
        string file = Path.Combine(Metadata, NameOf(role, version));
        return Read(file) ?? throw ReleaseException.File($"{file}: is missing, though the repository lists it; restore it from a copy.");
    }

    private string StagedPath(string role) => Path.Combine(StagedFolder, RoleName.FileOf(role));

    private static string NameOf(string role, long version) => string.Create(CultureInfo.InvariantCulture, $"{version}.{RoleName.FileOf(role)}");

    private static byte[]? Read(string file) => File.Exists(file) ? File.ReadAllBytes(file) : null;
}
