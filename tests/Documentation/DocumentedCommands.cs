using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace LeafSeg.Documentation;

/// <summary>
/// The commands of a program that README, CONTRIBUTING and the pages in docs show: whole lines of shell blocks, and words in the
/// text. They are parsed by the program's own parser and not run: most need pictures, a device or hours. What is run as it is
/// shown is named on the pages.
/// </summary>
internal static partial class DocumentedCommands
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    /// <summary>What is wrong with the commands of a program; empty where the parser takes all of them.</summary>
    public static IEnumerable<string> Faults(string program, RootCommand root)
    {
        foreach (string page in Pages())
        {
            string text = File.ReadAllText(page);
            IEnumerable<(string Command, bool IsWhole)> commands =
            [
                .. Blocks().Matches(text).SelectMany(block => Lines(block.Groups["shell"].Value)).Select(line => (line, true)),
                .. Spans().Matches(Blocks().Replace(text, "")).Select(span => (span.Groups["code"].Value.Replace('\n', ' '), false)),
            ];
            foreach ((string command, bool isWhole) in commands.Where(one => one.Command.StartsWith($"{program} ", StringComparison.Ordinal)))
            {
                ParseResult parsed = root.Parse([.. Words(command).Skip(1)], new ParserConfiguration { ResponseFileTokenReplacer = null });

                // A word in the text may leave out what a whole command needs, but names no option that does not exist.
                IEnumerable<string> wrong = isWhole ? parsed.Errors.Select(error => error.Message) : parsed.UnmatchedTokens;
                foreach (string fault in wrong)
                {
                    yield return $"{Path.GetRelativePath(Root, page)}: {command}: {fault}";
                }
            }
        }
    }

    /// <summary>How many commands of a program there are: a test that finds none tests nothing.</summary>
    public static int Count(string program) => Pages().Sum(page => Regex.Count(File.ReadAllText(page), $@"(^|`){Regex.Escape(program)} ", RegexOptions.Multiline));

    private static string[] Pages() =>
    [
        Path.Combine(Root, "README.md"), Path.Combine(Root, "CONTRIBUTING.md"), Path.Combine(Root, "deploy", "models", "README.md"),
        .. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Order(StringComparer.Ordinal),
    ];

    /// <summary>The commands of a shell block, with continued lines joined, variables of the block put in, and comments taken away.</summary>
    private static IEnumerable<string> Lines(string shell)
    {
        Dictionary<string, string> variables = [];
        foreach (string line in shell.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        {
            string command = Comment().Replace(line, "").Trim();
            if (Assignment().Match(command) is { Success: true } assignment)
            {
                variables[assignment.Groups["name"].Value] = assignment.Groups["value"].Value;
                continue;
            }

            foreach (string part in command.Split(';', '|'))
            {
                string one = part.Trim();
                one = one.StartsWith("do ", StringComparison.Ordinal) ? one[3..] : one;
                yield return Variable().Replace(one, found => variables.GetValueOrDefault(found.Groups["name"].Value, "x"));
            }
        }
    }

    /// <summary>As a shell splits a command; placeholders become values of their kind.</summary>
    private static IEnumerable<string> Words(string command)
    {
        foreach (Match word in Word().Matches(command.Replace("HOST:PORT", "broker.example:8883", StringComparison.Ordinal)))
        {
            StringBuilder text = new(word.Value);
            yield return text.Replace("\"", "").Replace("'", "").ToString();
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"^```sh\n(?<shell>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();

    [GeneratedRegex("`(?<code>[^`]+)`")]
    private static partial Regex Spans();

    [GeneratedRegex(@"\s#\s.*$|^#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(export )?(?<name>\w+)=""(?<value>[^""]*)""$")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\$(?<name>\w+)")]
    private static partial Regex Variable();

    [GeneratedRegex("""(?:[^\s"']|"[^"]*"|'[^']*')+""")]
    private static partial Regex Word();
}
