using System.Globalization;
using System.Security.Cryptography;

namespace LeafSeg.Common.Downloads;

/// <summary>What a file must be to be taken.</summary>
/// <param name="FaultAsync">What is wrong with a file that has come; null: nothing.</param>
public sealed record ExpectedContent(Func<Stream, CancellationToken, Task<string?>> FaultAsync)
{
    /// <summary>In bytes; null where it is not known before. Not one byte more is read.</summary>
    public long? Length { get; init; }

    /// <summary>The file with a digest.</summary>
    /// <param name="digest">64 hexadecimal digits in small letters.</param>
    /// <param name="length">In bytes; null where it is not known.</param>
    public static ExpectedContent Sha256(string digest, long? length = null)
    {
        return new ExpectedContent(FaultAsync) { Length = length };

        async Task<string?> FaultAsync(Stream file, CancellationToken cancellationToken)
        {
            if (length is { } bytes && file.Length != bytes)
            {
                return string.Create(CultureInfo.InvariantCulture, $"it has {file.Length} bytes, expected {bytes}");
            }

            string found = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
            return found == digest ? null : $"its sha256 is {found}, expected {digest}";
        }
    }
}
