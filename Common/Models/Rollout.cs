using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LeafSeg.Common.Models;

/// <summary>The order in which rigs come to a release.</summary>
public static class Rollout
{
    /// <summary>
    /// A rig's place in the queue, 0 to 99: the first 8 bytes (big-endian) of the SHA-256 of the target's path, a line feed
    /// and <c>site/rig</c>, in UTF-8, modulo 100. Rigs below the percentage are due. Publisher and rigs reckon it alike,
    /// for ever: a change would hand a release at 20 % to other rigs.
    /// </summary>
    public static int PlaceOf(string targetPath, string site, string rig)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{targetPath}\n{site}/{rig}"));
        return (int)(BinaryPrimitives.ReadUInt64BigEndian(hash) % 100);
    }
}
