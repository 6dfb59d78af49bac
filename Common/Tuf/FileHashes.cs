using System.Security.Cryptography;
using System.Text.Json;

namespace LeafSeg.Common.Tuf;

/// <summary>
/// The hashes that a file is listed with. SHA-256 and SHA-512 count, and all that are listed must fit; others are neither
/// believed nor in the way.
/// </summary>
public sealed class FileHashes
{
    private const int BufferLength = 1 << 16;

    private readonly List<(HashAlgorithmName Algorithm, string Hex)> listed = [];

    internal FileHashes(JsonFields hashes)
    {
        foreach (JsonProperty hash in hashes.All)
        {
            string hex = hashes.Text(hash.Name);
            if (hash.Name == "sha256")
            {
                listed.Add((HashAlgorithmName.SHA256, hex));
            }
            else if (hash.Name == "sha512")
            {
                listed.Add((HashAlgorithmName.SHA512, hex));
            }
        }

        Names = [.. hashes.All.Select(hash => hash.Name)];
    }

    /// <summary>Names of all the algorithms, also unknown ones.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The first that counts, in lower-case hexadecimal digits: part of the file's name in a consistent snapshot. Null for none.</summary>
    public string? First => listed.Count > 0 ? listed[0].Hex : null;

    /// <summary>Reads a stream to its end; false where one does not fit, or none can be verified.</summary>
    public async Task<bool> FitAsync(Stream content, CancellationToken cancellationToken = default)
    {
        List<IncrementalHash> hashes = [.. listed.Select(hash => IncrementalHash.CreateHash(hash.Algorithm))];
        try
        {
            byte[] buffer = new byte[BufferLength];
            while (await content.ReadAsync(buffer, cancellationToken) is > 0 and int count)
            {
                hashes.ForEach(hash => hash.AppendData(buffer, 0, count));
            }

            return listed.Count > 0 && listed.Zip(hashes).All(pair => Convert.ToHexStringLower(pair.Second.GetHashAndReset()) == pair.First.Hex);
        }
        finally
        {
            hashes.ForEach(hash => hash.Dispose());
        }
    }

    /// <summary>Whether length and every known hash are those of the content.</summary>
    public bool Fit(ReadOnlySpan<byte> content)
    {
        foreach ((HashAlgorithmName algorithm, string hex) in listed)
        {
            if (Convert.ToHexStringLower(CryptographicOperations.HashData(algorithm, content)) != hex)
            {
                return false;
            }
        }

        return listed.Count > 0;
    }

    internal static FileHashes Read(JsonFields from, string field)
    {
        FileHashes hashes = new(from.Object(field));
        return hashes.Names.Count > 0 ? hashes : throw from.Wrong(field, "{}", "at least one hash");
    }
}
