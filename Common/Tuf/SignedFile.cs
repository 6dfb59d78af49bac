using System.Text.Json;

namespace LeafSeg.Common.Tuf;

/// <summary>A metadata file as it was served: what is signed, and by which keys it says to be. Nothing of it is verified yet.</summary>
public sealed class SignedFile
{
    /// <param name="name">What the file is called in messages.</param>
    /// <param name="bytes">The file.</param>
    /// <exception cref="TufException">Not JSON with "signed" and "signatures", or it cannot be written in canonical form.</exception>
    public SignedFile(string name, ReadOnlyMemory<byte> bytes)
    {
        Name = name;
        Bytes = bytes;
        JsonFields file = new(StrictJson.Parse(bytes), name);
        SignedPart = file.Required("signed");
        Signatures = ReadSignatures(file);
        Canonical = CanonicalJson.Encode(SignedPart);
    }

    /// <summary>The role's name, for messages.</summary>
    public string Name { get; }

    /// <summary>The file, byte for byte.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What the signatures are over.</summary>
    public JsonElement SignedPart { get; }

    /// <summary>What the signatures are over.</summary>
    public ReadOnlyMemory<byte> Canonical { get; }

    /// <summary>Signatures by key id: any text, since one that is not hexadecimal just does not count.</summary>
    public IReadOnlyDictionary<string, string> Signatures { get; }

    private static Dictionary<string, string> ReadSignatures(JsonFields file)
    {
        Dictionary<string, string> signatures = [];
        foreach (JsonElement item in file.List("signatures"))
        {
            JsonFields signature = new(item, file.NameOf("signatures"));
            string keyId = signature.Text("keyid");
            if (!signatures.TryAdd(keyId, signature.Text("sig")))
            {
                throw file.Wrong("signatures", $"two of the key {keyId}", "one of each key");
            }
        }

        return signatures;
    }
}
