using System.Security.Cryptography;

namespace LeafSeg.EdgeAgent.Backup;

/// <summary>Copies a stream and takes its digest on the way.</summary>
internal static class HashedCopy
{
    private const int BufferBytes = 1 << 17;

    /// <param name="from">Read to its end.</param>
    /// <param name="to">Written.</param>
    /// <param name="most">Reading ends after so many bytes and one more.</param>
    /// <param name="progress">Gets the number of bytes of each step.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <returns>Bytes read, and their SHA-256 in hexadecimal digits.</returns>
    public static (long Bytes, string Digest) Run(Stream from, Stream to, long most, IProgress<long> progress, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferBytes];
        long bytes = 0;
        for (int read = from.Read(buffer); read > 0 && bytes <= most; read = from.Read(buffer))
        {
            cancellationToken.ThrowIfCancellationRequested();
            to.Write(buffer, 0, read);
            hash.AppendData(buffer, 0, read);
            bytes += read;
            progress.Report(read);
        }

        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
