using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Storage;

namespace LeafSeg.EdgeAgent.Updates.Store;

/// <summary>
/// The rig's models, in one folder: <c>sha256-....onnx</c> by digest, <c>active</c> and <c>last-good</c> with a digest each,
/// <c>failed.json</c>, and <c>format</c>. Every change is one rename, so that whenever the power goes both names lead to
/// whole files.
/// </summary>
internal sealed partial class ModelStore
{
    /// <summary>Of the folder's layout; a store with a higher one is left alone.</summary>
    public const int Format = 1;

    private const int LongestReason = 500;
    private const int MostFailed = 100;
    private const string Prefix = "sha256:";

    private readonly string folder;

    private ModelStore(string folder) => this.folder = folder;

    /// <summary>Digest of the model to measure with; null: none has come by an update.</summary>
    public string? Active => ReadName("active");

    /// <summary>Digest of the model to go back to.</summary>
    public string? LastGood => ReadName("last-good");

    /// <summary>Where downloads grow.</summary>
    public string Incoming => Path.Combine(folder, "incoming");

    public IReadOnlyList<FailedModel> Failed => ReadFailed();

    /// <exception cref="StoreException">A newer program has written it.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static ModelStore Open(string folder)
    {
        Directory.CreateDirectory(folder);
        string format = Path.Combine(folder, "format");
        if (!File.Exists(format))
        {
            DurableFile.Write(format, Encoding.ASCII.GetBytes(Format.ToString(CultureInfo.InvariantCulture)));
        }

        string found = File.ReadAllText(format).Trim();
        return int.TryParse(found, NumberStyles.None, CultureInfo.InvariantCulture, out int version) && version <= Format
            ? new ModelStore(Path.GetFullPath(folder))
            : throw new StoreException(
                $"{format}: found format \"{found}\"; expected {Format} at most: a newer leafseg-agent has written this store; install that one again, or move the folder away");
    }

    /// <summary>Whether a text is "sha256:" and 64 lower-case hexadecimal digits: nothing else becomes a file's name.</summary>
    public static bool IsDigest(string? text) => text is not null && DigestPattern().IsMatch(text);

    /// <exception cref="ArgumentException">Not a digest.</exception>
    public string PathOf(string digest) => IsDigest(digest)
        ? Path.Combine(folder, $"sha256-{digest[Prefix.Length..]}.onnx")
        : throw new ArgumentException($"found \"{digest}\"; expected sha256: and 64 hexadecimal digits", nameof(digest));

    public bool Has(string digest) => File.Exists(PathOf(digest));

    /// <summary>Moves a finished file in; what is there under its digest already is the same.</summary>
    /// <returns>Its digest.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public string Take(string file)
    {
        string digest = DigestOf(file);
        DurableFile.Replace(file, PathOf(digest));
        return digest;
    }

    /// <summary>
    /// Copies in a file that is not the store's, and the same model in float32 beside it, where there is one: what came with the program
    /// must be there to go back to, on a processor too on which the 8-bit file is refused.
    /// </summary>
    /// <returns>Its digest.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public string Adopt(string file)
    {
        string digest = DigestOf(file);
        string path = PathOf(digest);
        if (ProvenModel.TwinOf(file) is var twin && File.Exists(twin))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(ProvenModel.TwinOf(path))!);
            Copy(twin, ProvenModel.TwinOf(path));
        }

        Copy(file, path);
        return digest;

        static void Copy(string file, string to)
        {
            if (!File.Exists(to))
            {
                using FileStream from = File.OpenRead(file);
                DurableFile.Write(to, from.CopyTo);
            }
        }
    }

    /// <summary>Says to what one goes back: the model in use before a switch.</summary>
    /// <exception cref="IOException">The disk refuses; the name is as it was.</exception>
    public void KeepAsLastGood(string digest) => WriteName("last-good", digest);

    /// <exception cref="IOException">The disk refuses; the name is as it was.</exception>
    public void Activate(string digest) => WriteName("active", digest);

    /// <summary>Writes down that a model failed.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Fail(string digest, string reason, DateTimeOffset time)
    {
        string shown = reason.Length <= LongestReason ? reason : $"{reason[..LongestReason]}...";
        WriteFailed([.. ReadFailed().Where(failed => failed.Digest != digest).TakeLast(MostFailed - 1), new FailedModel(digest, shown, time)]);
    }

    /// <summary>It is requested again.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Forgive(string digest)
    {
        if (Failed.Any(failed => failed.Digest == digest))
        {
            WriteFailed([.. ReadFailed().Where(failed => failed.Digest != digest)]);
        }
    }

    /// <summary>Makes room: the oldest files go first, never those that are in use, to go back to, or wanted.</summary>
    /// <param name="room">Bytes that are to come.</param>
    /// <param name="most">Bytes that all models may take.</param>
    /// <param name="wanted">Digest of the model that is being fetched or proven; null for none.</param>
    /// <exception cref="StoreException">There is not room enough even so.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void MakeRoom(long room, long most, string? wanted)
    {
        HashSet<string> kept = [.. new[] { Active, LastGood, wanted }.OfType<string>().Select(PathOf)];
        List<FileInfo> models = [.. new DirectoryInfo(folder).GetFiles("sha256-*.onnx").OrderBy(file => file.LastWriteTimeUtc)];
        long bytes = models.Sum(Length);
        foreach (FileInfo file in models.Where(file => !kept.Contains(file.FullName)))
        {
            if (bytes + room <= most)
            {
                return;
            }

            bytes -= Length(file);
            DurableFile.Delete(file.FullName);
            if (ProvenModel.TwinOf(file.FullName) is var twin && File.Exists(twin))
            {
                DurableFile.Delete(twin);
            }
        }

        if (bytes + room > most)
        {
            throw new StoreException(string.Create(CultureInfo.InvariantCulture,
                $"updates.storeMegabytes: found {bytes + room} bytes needed with the models in use and to go back to; expected {most} at most; raise it"));
        }
    }

    /// <summary>With that of the same model in float32.</summary>
    private static long Length(FileInfo model) => model.Length + (new FileInfo(ProvenModel.TwinOf(model.FullName)) is { Exists: true } twin ? twin.Length : 0);

    /// <summary>Removes what other downloads have left behind.</summary>
    /// <param name="wanted">Digest of the model whose download stays, and continues where it was; null for none.</param>
    /// <returns>The folder of that download.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public string ClearIncoming(string? wanted)
    {
        string own = Path.Combine(Incoming, wanted is null ? "none" : Path.GetFileNameWithoutExtension(PathOf(wanted)));
        foreach (string other in Directory.Exists(Incoming) ? Directory.GetDirectories(Incoming) : [])
        {
            if (other != own)
            {
                Directory.Delete(other, recursive: true);
            }
        }

        return own;
    }

    public static string DigestOf(string file)
    {
        using FileStream content = File.OpenRead(file);
        return $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(content))}";
    }

    private string? ReadName(string name)
    {
        string file = Path.Combine(folder, name);
        string? digest = File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        return IsDigest(digest) ? digest : null;
    }

    private void WriteName(string name, string digest)
    {
        _ = PathOf(digest);
        DurableFile.Write(Path.Combine(folder, name), Encoding.ASCII.GetBytes($"{digest}\n"));
    }

    private List<FailedModel> ReadFailed()
    {
        string file = Path.Combine(folder, "failed.json");
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), StoreJson.Default.ListFailedModel) ?? [] : [];
        }
        catch (JsonException)
        {
            // A list that cannot be read forbids nothing: the proof does.
            return [];
        }
    }

    private void WriteFailed(List<FailedModel> failed) =>
        DurableFile.Write(Path.Combine(folder, "failed.json"), JsonSerializer.SerializeToUtf8Bytes(failed, StoreJson.Default.ListFailedModel));

    [GeneratedRegex(@"\Asha256:[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex DigestPattern();
}
