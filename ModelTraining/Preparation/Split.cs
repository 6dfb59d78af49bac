using System.Security.Cryptography;
using System.Text;

namespace LeafSeg.ModelTraining.Preparation;

/// <summary>
/// Divides groups between training and validation. A group's place in line depends on the seed and its name alone, so
/// that pictures which are added later hardly move the others.
/// </summary>
internal static class Split
{
    /// <summary>The groups to validate on: as near to the share of pictures as whole groups allow, and none of them or all but one at the least.</summary>
    /// <param name="groups">The group of each picture.</param>
    /// <param name="share">Of the pictures, 0 to 1.</param>
    /// <param name="seed">Same seed, same split.</param>
    public static HashSet<string> Validation(IEnumerable<string> groups, double share, int seed)
    {
        (string Name, int Pictures)[] line =
        [
            .. groups.GroupBy(name => name, (name, same) => (name, same.Count())).OrderBy(group => Place(group.name, seed), StringComparer.Ordinal),
        ];
        double wanted = share * line.Sum(group => group.Pictures);
        HashSet<string> chosen = [];
        double taken = 0;
        foreach ((string name, int pictures) in line)
        {
            bool nearer = Math.Abs(taken + pictures - wanted) < Math.Abs(taken - wanted);
            if (nearer && chosen.Count < line.Length - 1)
            {
                chosen.Add(name);
                taken += pictures;
            }
        }

        // Two plants and a fifth to validate on: one plant each, rather than nothing to validate on.
        if (chosen.Count == 0 && share > 0 && line.Length > 1)
        {
            chosen.Add(line.MinBy(group => group.Pictures).Name);
        }

        return chosen;
    }

    private static string Place(string group, int seed) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{group}")));
}
