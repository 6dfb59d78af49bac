using System.Text;

namespace LeafSeg.Common.Tuf;

/// <summary>A shell pattern for target paths: <c>*</c>, <c>?</c> and <c>[...]</c>, none of which matches a slash.</summary>
public sealed class PathPattern(string pattern)
{
    private readonly Rune[][] parts = Split(pattern);

    /// <summary>Whether the path is one of the pattern's; a star matches no slash.</summary>
    public bool Matches(string targetPath)
    {
        Rune[][] path = Split(targetPath);
        return path.Length == parts.Length && parts.Zip(path).All(pair => Matches(pair.First, pair.Second));
    }

    /// <summary>Goes back to the last star only, so that no pattern takes more than length times length.</summary>
    private static bool Matches(Rune[] pattern, Rune[] text)
    {
        int p = 0;
        int t = 0;
        int star = -1;
        int starText = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p].Value == '*')
            {
                star = p++;
                starText = t;
            }
            else if (p < pattern.Length && MatchesOne(pattern, p, text[t], out int next))
            {
                p = next;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++starText;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p].Value == '*')
        {
            p++;
        }

        return p == pattern.Length;
    }

    private static bool MatchesOne(Rune[] pattern, int at, Rune character, out int next)
    {
        next = at + 1;
        if (pattern[at].Value == '?')
        {
            return true;
        }

        if (pattern[at].Value != '[')
        {
            return pattern[at] == character;
        }

        int first = at + 1;
        bool negated = first < pattern.Length && pattern[first].Value == '!';
        if (negated)
        {
            first++;
        }

        // A bracket that closes at once is a member; one that never closes is just a bracket.
        int end = first < pattern.Length ? Array.FindIndex(pattern, first + 1, rune => rune.Value == ']') : -1;
        if (end < 0)
        {
            return character.Value == '[';
        }

        next = end + 1;
        return IsMember(pattern.AsSpan(first, end - first), character) != negated;
    }

    private static bool IsMember(ReadOnlySpan<Rune> set, Rune character)
    {
        for (int i = 0; i < set.Length; i++)
        {
            bool isRange = i + 2 < set.Length && set[i + 1].Value == '-';
            if (isRange ? set[i] <= character && character <= set[i + 2] : set[i] == character)
            {
                return true;
            }

            if (isRange)
            {
                i += 2;
            }
        }

        return false;
    }

    private static Rune[][] Split(string text) => [.. text.Split('/').Select(part => part.EnumerateRunes().ToArray())];
}
