using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace LeafSeg.Common.Tuf;

/// <summary>One scheme's verification with one key.</summary>
internal abstract record SignatureCheck(string Identity)
{
    /// <summary>Null for a scheme that is not known here and for a key that is broken: it just never counts.</summary>
    public static SignatureCheck? For(string keyType, string scheme, string publicText)
    {
        try
        {
            return (keyType, scheme) switch
            {
                ("ed25519", "ed25519") => Ed25519Check.Read(publicText),
                ("ecdsa" or "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256") => EcdsaCheck.Read(publicText),
                ("rsa", "rsassa-pss-sha256") => RsaPssCheck.Read(publicText),
                _ => null,
            };
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    public abstract bool Verifies(ReadOnlySpan<byte> message, byte[] signature);

    /// <summary>The SubjectPublicKeyInfo of a PEM text.</summary>
    /// <exception cref="CryptographicException">It holds something else.</exception>
    private protected static byte[] FromPem(string text)
    {
        if (!PemEncoding.TryFind(text, out PemFields pem) || !text.AsSpan()[pem.Label].SequenceEqual("PUBLIC KEY"))
        {
            throw new CryptographicException("expected a public key in PEM");
        }

        return Convert.FromBase64String(text[pem.Base64Data]);
    }
}

/// <summary>RFC 8032; 32 bytes in hexadecimal digits.</summary>
internal sealed record Ed25519Check(string Identity, byte[] Key) : SignatureCheck(Identity)
{
    public static Ed25519Check Read(string text)
    {
        byte[] key = Convert.FromHexString(text);
        if (key.Length != Ed25519.PublicKeySize || !Ed25519.ValidatePublicKeyPartial(key, 0))
        {
            throw new CryptographicException("expected a point of Ed25519");
        }

        return new Ed25519Check($"ed25519 {Convert.ToHexStringLower(key)}", key);
    }

    public override bool Verifies(ReadOnlySpan<byte> message, byte[] signature) =>
        signature.Length == Ed25519.SignatureSize && Ed25519.Verify(signature, 0, Key, 0, message.ToArray(), 0, message.Length);
}

/// <summary>ECDSA over P-256 with SHA-256; the signature is a DER sequence of r and s.</summary>
internal sealed record EcdsaCheck(string Identity, ECParameters Key) : SignatureCheck(Identity)
{
    public static EcdsaCheck Read(string text)
    {
        using ECDsa ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(FromPem(text), out _);
        ECParameters key = ecdsa.ExportParameters(includePrivateParameters: false);
        if (key.Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
        {
            throw new CryptographicException("expected a point of P-256");
        }

        return new EcdsaCheck($"p256 {Convert.ToHexStringLower(key.Q.X!)} {Convert.ToHexStringLower(key.Q.Y!)}", key);
    }

    public override bool Verifies(ReadOnlySpan<byte> message, byte[] signature)
    {
        using ECDsa ecdsa = ECDsa.Create(Key);
        return ecdsa.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
