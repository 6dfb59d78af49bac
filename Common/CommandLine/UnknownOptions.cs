using System.CommandLine;
using System.CommandLine.Parsing;

namespace LeafSeg.Common.CommandLine;

/// <summary>
/// Options that no command knows. System.CommandLine takes them for an argument where the command has one, so that a mistyped option
/// would be the name of a file.
/// </summary>
public static class UnknownOptions
{
    private const string Prefix = "--";

    /// <summary>What begins as an option and was taken for an argument; what follows a lone <c>--</c> may be called anything.</summary>
    public static IEnumerable<string> In(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        return parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Where(token => token.Type == TokenType.Argument && token.Value.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(token => token.Value);
    }
}
