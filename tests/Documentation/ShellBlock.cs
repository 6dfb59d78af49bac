using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace LeafSeg.Documentation;

/// <summary>
/// A block of shell commands on a page, and what the comment above it says: "run by CLASS" names the test class that runs it, with
/// ", but for `START`, `START`: REASON" for lines that it leaves out, and "not run: REASON" says why no test does.
/// </summary>
internal sealed partial record ShellBlock
{
    private ShellBlock(string page, int line, string shell, string mark)
    {
        (Page, Line, Shell) = (page, line, shell);
        Match read = Mark().Match(mark);
        IsMarked = read.Success;
        RunBy = read.Groups["test"] is { Success: true } test ? test.Value : null;
        LeftOut = [.. read.Groups["start"].Captures.Select(start => start.Value)];
    }

    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    /// <summary>Every page that shows commands, from the repository's root.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        "README.md", "CONTRIBUTING.md", "SECURITY.md", "findings/README.md",
        .. Files("deploy", SearchOption.AllDirectories), .. Files("docs", SearchOption.TopDirectoryOnly),
    ];

    public string Page { get; }

    /// <summary>Where it begins.</summary>
    public int Line { get; }

    public string Shell { get; }

    public bool IsMarked { get; }

    /// <summary>The test class that runs it; null for none.</summary>
    public string? RunBy { get; }

    /// <summary>How the lines begin that the test leaves out.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>Its commands, with continued lines joined and without comments.</summary>
    public IEnumerable<string> Lines =>
        Shell.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(line => Comment().Replace(line, "").Trim()).Where(line => line.Length > 0);

    /// <summary>Those that its test runs.</summary>
    public IReadOnlyList<string> Commands => [.. Lines.Where(line => !LeftOut.Any(start => line.StartsWith(start, StringComparison.Ordinal)))];

    public static IEnumerable<ShellBlock> All() => Pages.SelectMany(Of);

    public static IEnumerable<ShellBlock> Of(string page)
    {
        string text = File.ReadAllText(Path.Combine(Repository, page));
        return Blocks().Matches(text).Select(block =>
            new ShellBlock(page, text[..block.Groups["shell"].Index].Count(character => character == '\n'), block.Groups["shell"].Value, block.Groups["mark"].Value));
    }

    /// <summary>A page's blocks that a test runs.</summary>
    public static IReadOnlyList<ShellBlock> Of(string page, Type test) => [.. Of(page).Where(block => block.RunBy == test.Name)];

    /// <summary>The page without its blocks.</summary>
    public static string TextOf(string page) => Blocks().Replace(File.ReadAllText(Path.Combine(Repository, page)), "");

    private static IEnumerable<string> Files(string folder, SearchOption where) => Directory.GetFiles(Path.Combine(Repository, folder), "*.md", where)
        .Select(file => Path.GetRelativePath(Repository, file)).Order(StringComparer.Ordinal);

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"(?:^<!--\s*(?<mark>[^>]*?)\s*-->\n)?^```sh\n(?<shell>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"^(?:run by (?<test>\w+)(?:, but for (?:`(?<start>[^`]+)`(?:, )?)+: .+)?|not run: .+)$", RegexOptions.Singleline)]
    private static partial Regex Mark();

    [GeneratedRegex(@"\s#\s.*$|^#.*$")]
    private static partial Regex Comment();
}
