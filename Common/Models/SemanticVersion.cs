using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace LeafSeg.Common.Models;

/// <summary>A semantic version (semver.org 2.0.0) and its precedence: 1.0.0-rc.2 &lt; 1.0.0-rc.10 &lt; 1.0.0 &lt; 1.10.0. Leading zeros are allowed.</summary>
public sealed partial class SemanticVersion
{
    private readonly BigInteger[] numbers;
    private readonly string[] prerelease;

    private SemanticVersion(BigInteger[] numbers, string[] prerelease) => (this.numbers, this.prerelease) = (numbers, prerelease);

    /// <summary>By precedence (section 11); what follows "+" does not count, and no version (null) comes before all.</summary>
    public static IComparer<SemanticVersion?> Precedence { get; } =
        Comparer<SemanticVersion?>.Create((one, other) => one is null ? (other is null ? 0 : -1) : one.CompareTo(other));

    /// <returns>Null: not a semantic version.</returns>
    public static SemanticVersion? TryParse(string text)
    {
        Match match = Pattern().Match(text);
        return match.Success
            ? new SemanticVersion(
                [.. match.Groups["number"].Captures.Select(part => BigInteger.Parse(part.Value, CultureInfo.InvariantCulture))],
                match.Groups["prerelease"] is { Success: true } labels ? labels.Value.Split('.') : [])
            : null;
    }

    private int CompareTo(SemanticVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        int byNumber = numbers.Zip(other.numbers, (mine, others) => mine.CompareTo(others)).FirstOrDefault(order => order != 0);
        if (byNumber != 0)
        {
            return byNumber;
        }

        // A version without a prerelease label comes after all that have one.
        if (prerelease.Length == 0 || other.prerelease.Length == 0)
        {
            return other.prerelease.Length.CompareTo(prerelease.Length);
        }

        int byLabel = prerelease.Zip(other.prerelease, CompareLabels).FirstOrDefault(order => order != 0);
        return byLabel != 0 ? byLabel : prerelease.Length.CompareTo(other.prerelease.Length);
    }

    private static int CompareLabels(string one, string other)
    {
        bool isNumber = one.All(char.IsAsciiDigit), otherIsNumber = other.All(char.IsAsciiDigit);
        return isNumber && otherIsNumber
            ? BigInteger.Parse(one, CultureInfo.InvariantCulture).CompareTo(BigInteger.Parse(other, CultureInfo.InvariantCulture))
            : isNumber != otherIsNumber ? (isNumber ? -1 : 1) : string.CompareOrdinal(one, other);
    }

    [GeneratedRegex(@"\A(?<number>[0-9]+)\.(?<number>[0-9]+)\.(?<number>[0-9]+)(-(?<prerelease>[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*))?(\+[0-9A-Za-z.-]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
