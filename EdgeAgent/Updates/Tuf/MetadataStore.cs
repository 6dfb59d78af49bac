using System.Security.Cryptography;
using System.Text;
using LeafSeg.Common.Storage;
using LeafSeg.Common.Tuf;

namespace LeafSeg.EdgeAgent.Updates.Tuf;

/// <summary>A folder with the metadata that is trusted, each role's as it was served: <c>root.json</c>, <c>targets.json</c>, <c>ghent.json</c>.</summary>
internal sealed class MetadataStore(string folder)
{
    private const int LongestName = 200;

    /// <summary>Null where there is none, or nothing that could be metadata.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public byte[]? Read(string role)
    {
        FileInfo file = new(PathOf(role));
        return file.Exists && file.Length <= MetadataLimits.Longest ? File.ReadAllBytes(file.FullName) : null;
    }

    /// <exception cref="IOException">The disk refuses; what was there stays.</exception>
    public void Write(string role, ReadOnlyMemory<byte> metadata)
    {
        Directory.CreateDirectory(folder);
        DurableFile.Write(PathOf(role), metadata);
    }

    /// <exception cref="IOException">The disk refuses.</exception>
    public void Delete(string role)
    {
        if (File.Exists(PathOf(role)))
        {
            DurableFile.Delete(PathOf(role));
        }
    }

    /// <summary>Makes a root the one that all trust begins with.</summary>
    /// <exception cref="TufException">It is not a root that has signed itself, or another one is trusted already.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Initialise(byte[] root)
    {
        _ = new TrustedMetadata(root, DateTimeOffset.MinValue);
        if (Read(RoleName.Root) is { } trusted && !trusted.AsSpan().SequenceEqual(root))
        {
            throw new TufException(TufRefusal.Contradiction,
                $"{PathOf(RoleName.Root)}: found another root that is trusted; expected none (remove the folder to start over)");
        }

        Write(RoleName.Root, root);
    }

    /// <summary>
    /// A role may have any name: it is escaped, so that no two share a file and none leaves the folder. One that is too
    /// long for a file's name becomes its hash, behind what no escaped name holds.
    /// </summary>
    public string PathOf(string role)
    {
        string name = Uri.EscapeDataString(role);
        if (name.Length > LongestName)
        {
            name = $"%-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(role)))}";
        }

        return Path.Combine(Path.GetFullPath(folder), RoleName.FileOf(name));
    }
}
