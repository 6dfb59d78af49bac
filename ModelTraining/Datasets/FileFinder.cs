using System.Text;
using System.Text.RegularExpressions;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>
/// Finds the file that a label file means, although tools write its name in their own ways: with '\', as a URL or with %20,
/// with the path of another machine, in other case, with accents in two characters (macOS), behind an eight-digit prefix
/// (Label Studio).
/// </summary>
internal sealed partial class FileFinder(IEnumerable<string> places)
{
    private const string Composites = "ÀA\u0300ÁA\u0301ÂA\u0302ÃA\u0303ÄA\u0308ÅA\u030AÇC\u0327ÈE\u0300ÉE\u0301ÊE\u0302ËE\u0308ÌI\u0300ÍI\u0301ÎI\u0302ÏI\u0308ÑN\u0303"
        + "ÒO\u0300ÓO\u0301ÔO\u0302ÕO\u0303ÖO\u0308ÙU\u0300ÚU\u0301ÛU\u0302ÜU\u0308ÝY\u0301àa\u0300áa\u0301âa\u0302ãa\u0303äa\u0308åa\u030Açc\u0327èe\u0300ée\u0301êe\u0302ëe\u0308"
        + "ìi\u0300íi\u0301îi\u0302ïi\u0308ñn\u0303òo\u0300óo\u0301ôo\u0302õo\u0303öo\u0308ùu\u0300úu\u0301ûu\u0302üu\u0308ýy\u0301ÿy\u0308"
        + "ĂA\u0306ăa\u0306ĄA\u0328ąa\u0328ĆC\u0301ćc\u0301ČC\u030Cčc\u030CĎD\u030Cďd\u030CĘE\u0328ęe\u0328ĚE\u030Cěe\u030CĞG\u0306ğg\u0306İI\u0307ŃN\u0301ńn\u0301"
        + "ŇN\u030Cňn\u030CŐO\u030Bőo\u030BŘR\u030Cřr\u030CŚS\u0301śs\u0301ŞS\u0327şs\u0327ŠS\u030Cšs\u030CŤT\u030Cťt\u030CŮU\u030Aůu\u030AŰU\u030Bűu\u030BŹZ\u0301źz\u0301ŻZ\u0307żz\u0307ŽZ\u030Cžz\u030CЙИ\u0306йи\u0306";

    private static readonly Dictionary<(char, char), char> ComposedOf =
        Composites.Chunk(3).ToDictionary(three => (three[1], three[2]), three => three[0]);

    private readonly string[] places = [.. places.Distinct()];
    private readonly Dictionary<string, Dictionary<string, string>> entriesOf = [];

    /// <summary>Where was looked.</summary>
    public IReadOnlyList<string> Places => places;

    /// <summary>
    /// A letter and its accent as one character (Unicode's NFC, for the letters of European languages and Japanese kana):
    /// string.Normalize does nothing where .NET runs without ICU.
    /// </summary>
    public static string Composed(string text)
    {
        if (!text.Any(character => character is (>= '\u0300' and <= '\u036F') or '\u3099' or '\u309A'))
        {
            return text;
        }

        StringBuilder composed = new(text.Length);
        foreach (char character in text)
        {
            char before = composed.Length > 0 ? composed[^1] : '\0';
            char? one = ComposedOf.TryGetValue((before, character), out char known) ? known
                : character is '\u3099' or '\u309A' && before is >= '\u3041' and <= '\u30FE' ? (char)(before + (character - '\u3098'))
                : null;
            if (one is char whole)
            {
                composed[^1] = whole;
            }
            else
            {
                composed.Append(character);
            }
        }

        return composed.ToString();
    }

    /// <summary>A folder in another, in whatever case it is written: "Images" for "images".</summary>
    /// <returns>The path as it would be where there is none.</returns>
    public static string Folder(string place, string name)
    {
        string literal = Path.Combine(place, name);
        return Directory.Exists(literal) || !Directory.Exists(place)
            ? literal
            : Directory.EnumerateDirectories(place).Order(StringComparer.Ordinal)
                .FirstOrDefault(folder => Path.GetFileName(folder).Equals(name, StringComparison.OrdinalIgnoreCase)) ?? literal;
    }

    /// <summary>The file of a name; null: there is none.</summary>
    public string? Find(string name)
    {
        foreach (string form in Forms(name).Distinct())
        {
            string[] parts = form.Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Contains("..") && places.Select(place => Path.Combine(place, form)).FirstOrDefault(File.Exists) is string above)
            {
                return Path.GetFullPath(above);
            }

            // The whole name, then without its first folders: they may be those of another machine.
            for (int skipped = 0; skipped < parts.Length; skipped++)
            {
                if (places.Select(place => Resolve(place, parts.AsSpan(skipped))).FirstOrDefault(file => file is not null) is string found)
                {
                    return found;
                }
            }
        }

        return null;
    }

    private static IEnumerable<string> Forms(string name)
    {
        string plain = name.Replace('\\', '/');
        yield return plain;
        string decoded = Uri.UnescapeDataString(plain);
        yield return decoded;
        if (LocalFiles().Match(decoded) is { Success: true } local)
        {
            yield return local.Groups[1].Value;
        }

        string last = decoded[(decoded.LastIndexOf('/') + 1)..];
        if (UploadPrefix().Match(last) is { Success: true } upload)
        {
            yield return upload.Groups[1].Value;
        }
    }

    private string? Resolve(string place, ReadOnlySpan<string> parts)
    {
        string at = place;
        for (int i = 0; i < parts.Length; i++)
        {
            Dictionary<string, string> entries = EntriesOf(at);
            if (!entries.TryGetValue(parts[i], out string? entry) && !entries.TryGetValue(Folded(parts[i]), out entry))
            {
                return null;
            }

            at = Path.Combine(at, entry);
        }

        return File.Exists(at) ? at : null;
    }

    /// <summary>Names as they are, and folded where no other is called so.</summary>
    private Dictionary<string, string> EntriesOf(string folder)
    {
        if (!entriesOf.TryGetValue(folder, out Dictionary<string, string>? entries))
        {
            string[] names = Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];
            entries = names.ToDictionary(name => name, StringComparer.Ordinal);
            foreach (string name in names)
            {
                entries.TryAdd(Folded(name), name);
            }

            entriesOf.Add(folder, entries);
        }

        return entries;
    }

    private static string Folded(string name) => Composed(name).ToUpperInvariant();

    /// <summary>Label Studio's address of a file on its disk.</summary>
    [GeneratedRegex(@"/data/local-files/\?d=(.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex LocalFiles();

    /// <summary>Label Studio's name of a file that was uploaded.</summary>
    [GeneratedRegex("^[0-9a-f]{8}-(.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex UploadPrefix();
}
