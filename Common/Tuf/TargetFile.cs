using System.Text.Json;

namespace LeafSeg.Common.Tuf;

/// <summary>A target as a trusted role lists it.</summary>
public sealed class TargetFile
{
    internal TargetFile(string path, JsonFields fields)
    {
        Path = path;
        Length = fields.Whole("length", least: 0);
        Hashes = FileHashes.Read(fields, "hashes");
        Custom = fields.Optional("custom");
    }

    /// <summary>The target's name, with slashes; any text.</summary>
    public string Path { get; }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    /// <summary>Length and hashes that the file must have.</summary>
    public FileHashes Hashes { get; }

    /// <summary>What the publisher states about it, signed like the rest.</summary>
    public JsonElement? Custom { get; }

    /// <summary>Whether a file has the listed length and hashes.</summary>
    public async Task<bool> IsAsync(Stream file, CancellationToken cancellationToken) =>
        file.Length == Length && await Hashes.FitAsync(file, cancellationToken);

    /// <summary>
    /// The path to ask a repository for: with the hash before the file's name in a consistent snapshot.
    /// </summary>
    /// <exception cref="TufException"><see cref="TufRefusal.WrongBytes"/>: it has no hash that counts, so it could never be verified.</exception>
    public string PathInRepository(bool consistentSnapshots)
    {
        string hash = Hashes.First ?? throw new TufException(TufRefusal.WrongBytes,
            $"{Path}: found the hashes {string.Join(", ", Hashes.Names)}; expected sha256 or sha512");
        if (!consistentSnapshots)
        {
            return Path;
        }

        int name = Path.LastIndexOf('/') + 1;
        return $"{Path[..name]}{hash}.{Path[name..]}";
    }
}
