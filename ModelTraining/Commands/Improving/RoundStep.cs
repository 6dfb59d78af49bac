using System.Text.RegularExpressions;

namespace LeafSeg.ModelTraining.Commands.Improving;

/// <summary>One step of a round: a command of this program.</summary>
/// <param name="Name">By which it is shown and asked for again.</param>
/// <param name="Arguments">Of the command, as they are shown; a step whose arguments have changed is done again.</param>
internal sealed partial record RoundStep(string Name, params string[] Arguments)
{
    /// <summary>Removes what an earlier run of the step left, where that ran on other pictures or with other arguments.</summary>
    public Action? Clear { get; init; }

    /// <summary>What the command is given to go on where it was interrupted; null: it begins again, or goes on by itself.</summary>
    public Func<string[]?>? Resume { get; init; }

    /// <summary>An exit code after which the round goes on: what is missing was named, and the rest will do.</summary>
    public int? Tolerated { get; init; }

    /// <summary>Whether what it makes is there already, although this was not noted; null: it is run.</summary>
    public Func<bool>? IsThere { get; init; }

    /// <summary>Why it is not done although the command ended well; null where it is.</summary>
    public Func<string?>? Missing { get; init; }

    /// <summary>As one would type it.</summary>
    public string CommandLine => string.Join(' ', Arguments.Prepend("leafseg-train").Select(word => Plain().IsMatch(word) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));

    [GeneratedRegex(@"^[\w./:@%+=,-]+$")]
    private static partial Regex Plain();
}
