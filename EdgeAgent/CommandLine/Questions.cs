using System.Globalization;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary>Asks a person at a terminal. Without one, a default counts, and what has none is an error that names its option.</summary>
internal sealed class Questions(TextReader input, TextWriter output, bool interactive)
{
    /// <exception cref="AgentException">There is no answer and no default.</exception>
    public string Ask(string question, string option, string? standard = null)
    {
        string? answer = AskMaybe(standard is null ? question : $"{question} [{standard}]") ?? standard;
        return answer ?? throw new AgentException(ExitCode.Usage, $"{option}: found nothing, expected a value: give the option, or run setup on a terminal");
    }

    /// <summary>Null: nothing was answered.</summary>
    public string? AskMaybe(string question)
    {
        if (!interactive)
        {
            return null;
        }

        output.Write($"{question}: ");
        return input.ReadLine()?.Trim() is { Length: > 0 } answer ? answer : null;
    }

    /// <exception cref="AgentException">The answer is no number.</exception>
    public double AskNumber(string question, string option, double standard)
    {
        string answer = Ask(question, option, standard.ToString(CultureInfo.InvariantCulture));
        return double.TryParse(answer, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new AgentException(ExitCode.Usage, $"{option}: found \"{answer}\", expected a number like 600 or 0.5");
    }

    /// <summary>An answer that is not shown while it is typed; null: nothing was answered.</summary>
    public string? AskSecret(string question)
    {
        if (!interactive)
        {
            return null;
        }

        output.Write($"{question}: ");
        string secret = "";
        for (ConsoleKeyInfo key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            secret = key.Key == ConsoleKey.Backspace ? secret[..^Math.Min(1, secret.Length)] : secret + key.KeyChar;
        }

        output.WriteLine();
        return secret.Length == 0 ? null : secret;
    }
}
