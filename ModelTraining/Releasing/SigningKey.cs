using System.Security.Cryptography;
using LeafSeg.Common.Tuf;
using Org.BouncyCastle.Crypto.Parameters;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>A private key. It is never written or shown here; key files are encrypted.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly Func<byte[], byte[]> sign;
    private readonly IDisposable? key;

    private SigningKey(PublicKey publicKey, Func<byte[], byte[]> sign, IDisposable? key)
    {
        Public = publicKey;
        this.sign = sign;
        this.key = key;
    }

    public PublicKey Public { get; }

    /// <param name="seed">32 bytes, as RFC 8032 calls the private key.</param>
    public static SigningKey Ed25519(ReadOnlySpan<byte> seed)
    {
        Ed25519PrivateKeyParameters key = new(seed);
        string publicText = Convert.ToHexStringLower(key.GeneratePublicKey().GetEncoded());
        return new SigningKey(PublicKey.Of("ed25519", "ed25519", publicText), Sign, key: null);

        byte[] Sign(byte[] message)
        {
            byte[] signature = new byte[Ed25519PrivateKeyParameters.SignatureSize];
            key.Sign(Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Algorithm.Ed25519, null, message, 0, message.Length, signature, 0);
            return signature;
        }
    }

    /// <summary>ECDSA over P-256. The key is this object's from here on.</summary>
    public static SigningKey Ecdsa(ECDsa key) => new(
        PublicKey.Of("ecdsa", "ecdsa-sha2-nistp256", $"{key.ExportSubjectPublicKeyInfoPem()}\n"),
        message => key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
        key);

    /// <summary>RSASSA-PSS with a salt of 32 bytes. The key is this object's from here on.</summary>
    public static SigningKey RsaPss(RSA key) => new(
        PublicKey.Of("rsa", "rsassa-pss-sha256", $"{key.ExportSubjectPublicKeyInfoPem()}\n"),
        message => key.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        key);

    /// <returns>The signature in hexadecimal digits.</returns>
    public string Sign(ReadOnlyMemory<byte> message) => Convert.ToHexStringLower(sign(message.ToArray()));

    public void Dispose() => key?.Dispose();
}
