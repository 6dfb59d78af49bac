using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace LeafSeg.Common.Tuf;

/// <summary>
/// RSASSA-PSS with SHA-256 and MGF1 with SHA-256 (RFC 8017, 8.1.2 and 9.1.2). TUF names no length for the salt and
/// publishers differ, so it is read from the signature; the platform's verification takes salts of 32 bytes alone.
/// Nothing here is secret, so nothing has to take constant time.
/// </summary>
internal sealed record RsaPssCheck(string Identity, BigInteger Modulus, BigInteger Exponent, int ModulusBits) : SignatureCheck(Identity)
{
    private const int ShortestKeyBits = 2048;
    private const int LongestKeyBits = 8192;
    private const int LongestExponentBits = 32;
    private const byte Trailer = 0xbc;

    public static RsaPssCheck Read(string text)
    {
        using RSA rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(FromPem(text), out _);
        RSAParameters key = rsa.ExportParameters(includePrivateParameters: false);
        BigInteger modulus = new(key.Modulus, isUnsigned: true, isBigEndian: true);
        BigInteger exponent = new(key.Exponent, isUnsigned: true, isBigEndian: true);
        int bits = (int)modulus.GetBitLength();

        // A hostile key must not cost minutes.
        if (bits is < ShortestKeyBits or > LongestKeyBits || exponent.GetBitLength() > LongestExponentBits)
        {
            throw new CryptographicException("expected an RSA key of 2048 to 8192 bits with a short exponent");
        }

        return new RsaPssCheck($"rsa {modulus:x} {exponent:x}", modulus, exponent, bits);
    }

    public override bool Verifies(ReadOnlySpan<byte> message, byte[] signature)
    {
        BigInteger s = new(signature, isUnsigned: true, isBigEndian: true);
        if (signature.Length != (ModulusBits + 7) / 8 || s >= Modulus)
        {
            return false;
        }

        int encodedBits = ModulusBits - 1;
        byte[] encoded = new byte[(encodedBits + 7) / 8];
        byte[] power = BigInteger.ModPow(s, Exponent, Modulus).ToByteArray(isUnsigned: true, isBigEndian: true);
        if (power.Length > encoded.Length)
        {
            return false;
        }

        power.CopyTo(encoded, encoded.Length - power.Length);
        return IsEncodingOf(message, encoded, unusedBits: (8 * encoded.Length) - encodedBits);
    }

    /// <summary>EMSA-PSS-VERIFY: maskedDB, H and 0xbc, where DB is zeros, 1 and the salt.</summary>
    private static bool IsEncodingOf(ReadOnlySpan<byte> message, byte[] encoded, int unusedBits)
    {
        const int HashLength = SHA256.HashSizeInBytes;
        int maskedLength = encoded.Length - HashLength - 1;
        byte firstMask = (byte)(0xff >> unusedBits);
        if (maskedLength < 1 || encoded[^1] != Trailer || (encoded[0] & ~firstMask) != 0)
        {
            return false;
        }

        Span<byte> block = encoded.AsSpan(0, maskedLength);
        ReadOnlySpan<byte> hash = encoded.AsSpan(maskedLength, HashLength);
        Unmask(block, hash);
        block[0] &= firstMask;
        int one = block.IndexOfAnyExcept((byte)0);
        if (one < 0 || block[one] != 1)
        {
            return false;
        }

        using IncrementalHash salted = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        salted.AppendData(new byte[8]);
        salted.AppendData(SHA256.HashData(message));
        salted.AppendData(block[(one + 1)..]);
        return salted.GetHashAndReset().AsSpan().SequenceEqual(hash);
    }

    /// <summary>MGF1.</summary>
    private static void Unmask(Span<byte> block, ReadOnlySpan<byte> seed)
    {
        byte[] counted = [.. seed, 0, 0, 0, 0];
        for (int at = 0, counter = 0; at < block.Length; counter++)
        {
            BinaryPrimitives.WriteInt32BigEndian(counted.AsSpan(seed.Length), counter);
            foreach (byte mask in SHA256.HashData(counted))
            {
                if (at < block.Length)
                {
                    block[at++] ^= mask;
                }
            }
        }
    }
}
