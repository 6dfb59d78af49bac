using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;

namespace LeafSeg.Documentation;

/// <summary>
/// The commands of a program that the pages show, parsed by the program's own parser: whole lines of shell blocks, and words in the
/// text. Which blocks are run is marked above each of them (<see cref="ShellBlock"/>).
/// </summary>
internal static partial class DocumentedCommands
{
    /// <summary>What is wrong with the commands of a program; empty where the parser takes all of them.</summary>
    public static IEnumerable<string> Faults(string program, RootCommand root)
    {
        foreach (string page in ShellBlock.Pages)
        {
            IEnumerable<(string Command, bool IsWhole)> commands =
            [
                .. ShellBlock.Of(page).SelectMany(Commands).Select(line => (line, true)),
                .. Spans().Matches(ShellBlock.TextOf(page)).Select(span => (span.Groups["code"].Value.Replace('\n', ' '), false)),
            ];
            foreach ((string command, bool isWhole) in commands.Where(one => one.Command.StartsWith($"{program} ", StringComparison.Ordinal)))
            {
                ParseResult parsed = root.Parse([.. Words(command).Skip(1)], new ParserConfiguration { ResponseFileTokenReplacer = null });

                // A word in the text may leave out what a whole command needs, but names no option that does not exist.
                IEnumerable<string> wrong = isWhole ? parsed.Errors.Select(error => error.Message) : parsed.UnmatchedTokens;
                foreach (string fault in wrong)
                {
                    yield return $"{page}: {command}: {fault}";
                }
            }
        }
    }

    /// <summary>How many commands of a program there are: a test that finds none tests nothing.</summary>
    public static int Count(string program) => ShellBlock.Pages.Sum(page => Regex.Count(File.ReadAllText(Path.Combine(ShellBlock.Repository, page)), $@"(^|`){Regex.Escape(program)} ", RegexOptions.Multiline));

    /// <summary>The commands of a block one by one, with its variables put in.</summary>
    private static IEnumerable<string> Commands(ShellBlock block)
    {
        Dictionary<string, string> variables = [];
        foreach (string command in block.Lines)
        {
            if (Assignment().Match(command) is { Success: true } assignment)
            {
                variables[assignment.Groups["name"].Value] = assignment.Groups["value"].Value;
                continue;
            }

            foreach (string part in command.Split(';', '|'))
            {
                string one = Prefix().Replace(part.Trim(), "");
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

    [GeneratedRegex("`(?<code>[^`]+)`")]
    private static partial Regex Spans();

    [GeneratedRegex("^(do|sudo) ")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"^(export )?(?<name>\w+)=""(?<value>[^""]*)""$")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\$(?<name>\w+)")]
    private static partial Regex Variable();

    [GeneratedRegex("""(?:[^\s"']|"[^"]*"|'[^']*')+""")]
    private static partial Regex Word();
}
