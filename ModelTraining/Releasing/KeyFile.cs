using System.Security.Cryptography;
using System.Text;
using LeafSeg.Common.Storage;
using LeafSeg.Common.Tuf;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>
/// A private key on disk: PKCS #8 in PEM, encrypted as PBES2 says (RFC 8018: PBKDF2 with HMAC-SHA-256, AES-256-CBC). openssl
/// and others read it. Only its owner may read the file.
/// </summary>
internal static class KeyFile
{
    /// <summary>What OWASP recommends for PBKDF2 with SHA-256.</summary>
    public const int Iterations = 600_000;

    private const string Label = "ENCRYPTED PRIVATE KEY";
    private const int SaltBytes = 16;
    private const int RsaBits = 3072;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static IReadOnlyList<string> Schemes { get; } = ["ed25519", "ecdsa", "rsa-pss"];

    /// <summary>Makes a key and writes it.</summary>
    /// <returns>Its public half.</returns>
    /// <exception cref="ReleaseException">The file is there already.</exception>
    public static PublicKey Create(string path, string scheme, string passphrase, int iterations = Iterations)
    {
        if (File.Exists(path))
        {
            throw ReleaseException.File($"{path}: is there already, and a key that is written over is lost; name another file.");
        }

        PrivateKeyInfo info = New(scheme);
        EncryptedPrivateKeyInfo encrypted = EncryptedPrivateKeyInfoFactory.CreateEncryptedPrivateKeyInfo(
            NistObjectIdentifiers.IdAes256Cbc, PkcsObjectIdentifiers.IdHmacWithSha256, passphrase.ToCharArray(),
            RandomNumberGenerator.GetBytes(SaltBytes), iterations, new SecureRandom(), info);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string part = DurableFile.PartOf(path);
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        File.Delete(part);
        using (FileStream file = new(part, options))
        {
            file.Write(Encoding.ASCII.GetBytes($"{PemEncoding.WriteString(Label, encrypted.GetEncoded())}\n"));
        }

        DurableFile.Replace(part, path);
        using SigningKey key = Of(info, path);
        return key.Public;
    }

    /// <exception cref="ReleaseException">It is missing, no key file, or the passphrase is another's.</exception>
    public static SigningKey Read(string path, string passphrase)
    {
        byte[] der = FromPem(path);
        try
        {
            EncryptedPrivateKeyInfo encrypted = EncryptedPrivateKeyInfo.GetInstance(Asn1Object.FromByteArray(der));
            return Of(PrivateKeyInfoFactory.CreatePrivateKeyInfo(passphrase.ToCharArray(), encrypted), path);
        }
        catch (Exception e) when (e is InvalidCipherTextException or IOException or ArgumentException or CryptographicException
            or SecurityUtilityException or InvalidOperationException)
        {
            throw ReleaseException.Argument($"{path}: cannot be decrypted; expected the passphrase that it was made with.");
        }
    }

    private static byte[] FromPem(string path)
    {
        string text = RequiredFile.Text(path, "a key file, as leafseg-train release keygen writes it");
        return PemEncoding.TryFind(text, out PemFields pem) && text.AsSpan()[pem.Label].SequenceEqual(Label)
            ? Convert.FromBase64String(text[pem.Base64Data])
            : throw ReleaseException.File($"{path}: found no \"{Label}\"; expected a key file, as leafseg-train release keygen writes it (.pem).");
    }

    private static PrivateKeyInfo New(string scheme)
    {
        switch (scheme)
        {
            case "ed25519":
                // RFC 8410 without the public key, which older openssl does not take.
                return new PrivateKeyInfo(
                    new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519),
                    new DerOctetString(RandomNumberGenerator.GetBytes(Ed25519PrivateKeyParameters.KeySize)));
            case "ecdsa":
                using (ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                {
                    return PrivateKeyInfo.GetInstance(Asn1Object.FromByteArray(ecdsa.ExportPkcs8PrivateKey()));
                }

            case "rsa-pss":
                using (RSA rsa = RSA.Create(RsaBits))
                {
                    return PrivateKeyInfo.GetInstance(Asn1Object.FromByteArray(rsa.ExportPkcs8PrivateKey()));
                }

            default:
                throw ReleaseException.Argument($"--scheme is '{scheme}', expected {string.Join(", ", Schemes)}.");
        }
    }

    private static SigningKey Of(PrivateKeyInfo info, string path)
    {
        DerObjectIdentifier algorithm = info.PrivateKeyAlgorithm.Algorithm;
        if (algorithm.Equals(EdECObjectIdentifiers.id_Ed25519))
        {
            return SigningKey.Ed25519(((Ed25519PrivateKeyParameters)PrivateKeyFactory.CreateKey(info)).GetEncoded());
        }

        if (algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey))
        {
            ECDsa ecdsa = ECDsa.Create();
            ecdsa.ImportPkcs8PrivateKey(info.GetEncoded(), out _);
            return SigningKey.Ecdsa(ecdsa);
        }

        if (algorithm.Equals(PkcsObjectIdentifiers.RsaEncryption))
        {
            RSA rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(info.GetEncoded(), out _);
            return SigningKey.RsaPss(rsa);
        }

        throw ReleaseException.File($"{path}: found a key of the algorithm {algorithm.Id}; expected Ed25519, ECDSA P-256 or RSA.");
    }
}
