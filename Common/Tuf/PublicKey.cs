using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace LeafSeg.Common.Tuf;

/// <summary>A public key as metadata lists it: <c>{"keytype", "keyval": {"public"}, "scheme"}</c>.</summary>
public sealed class PublicKey
{
    private readonly Lazy<SignatureCheck?> check;

    private PublicKey(string keyType, string scheme, string publicText, IReadOnlyCollection<string> ids)
    {
        KeyType = keyType;
        Scheme = scheme;
        Public = publicText;
        Ids = ids;
        check = new Lazy<SignatureCheck?>(() => SignatureCheck.For(keyType, scheme, publicText));
    }

    /// <summary>As metadata has it: ed25519, ecdsa or rsa.</summary>
    public string KeyType { get; }

    /// <summary>As metadata has it, for example ecdsa-sha2-nistp256.</summary>
    public string Scheme { get; }

    /// <summary>PEM, or hexadecimal digits.</summary>
    public string Public { get; }

    /// <summary>SHA-256 of the key's canonical JSON, in hexadecimal digits.</summary>
    public string Id => Ids.First();

    /// <summary>
    /// The ids that the key may be listed under: over its three fields and, where it has more of them, over all, since
    /// publishers differ in what they hash.
    /// </summary>
    public IReadOnlyCollection<string> Ids { get; }

    /// <summary>
    /// The same for one and the same key, whatever it is listed as; null for a key that nothing can be verified with:
    /// of an unknown type, or broken.
    /// </summary>
    public string? Identity => check.Value?.Identity;

    /// <summary>Reads a key of metadata; one that cannot be read or is of an unknown kind verifies nothing.</summary>
    public static PublicKey Of(string keyType, string scheme, string publicText)
    {
        JsonElement three = JsonSerializer.SerializeToElement(
            new Dictionary<string, object> { ["keytype"] = keyType, ["scheme"] = scheme, ["keyval"] = new Dictionary<string, string> { ["public"] = publicText } });
        return new PublicKey(keyType, scheme, publicText, [IdOf(three)]);
    }

    /// <summary>Whether this is the key's signature.</summary>
    /// <param name="message">What is signed.</param>
    /// <param name="signature">Hexadecimal digits, capital or not; anything else is no signature.</param>
    public bool Verifies(ReadOnlySpan<byte> message, string signature)
    {
        byte[] bytes = new byte[signature.Length / 2];
        return bytes.Length > 0
            && Convert.FromHexString(signature, bytes, out _, out _) == OperationStatus.Done
            && check.Value is { } known
            && known.Verifies(message, bytes);
    }

    /// <summary>Reads a key from a file of its own.</summary>
    /// <param name="json">The key as metadata lists it; further fields are passed over.</param>
    /// <param name="name">What to call it in an error.</param>
    /// <exception cref="TufException"><see cref="TufRefusal.Malformed"/>: it is no key, or none that can verify anything.</exception>
    public static PublicKey Parse(ReadOnlyMemory<byte> json, string name)
    {
        PublicKey listed = Read(StrictJson.Parse(json), name);
        PublicKey key = Of(listed.KeyType, listed.Scheme, listed.Public);
        return key.Identity is not null
            ? key
            : throw new TufException(TufRefusal.Malformed,
                $"{name}: found a key of the type \"{key.KeyType}\" and scheme \"{key.Scheme}\" that verifies nothing; expected ed25519, ecdsa-sha2-nistp256 or rsassa-pss-sha256");
    }

    internal static PublicKey Read(JsonElement value, string name)
    {
        JsonFields fields = new(value, name);
        PublicKey three = Of(fields.Text("keytype"), fields.Text("scheme"), fields.Object("keyval").Text("public"));
        return new PublicKey(three.KeyType, three.Scheme, three.Public, [three.Id, IdOf(value)]);
    }

    private static string IdOf(JsonElement key) => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Encode(key)));
}
