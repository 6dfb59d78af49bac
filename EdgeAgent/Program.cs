using System.CommandLine;
using LeafSeg.Common.CommandLine;
using LeafSeg.EdgeAgent.CommandLine;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;

RootCommand root = CommandTree.Create();

try
{
    StrictNumbers.Require(root);

    // A name that begins with @ is a name, not a file with more of the command line.
    ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    string[] mistakes = [.. UnknownOptions.In(parsed).Select(option => $"Unknown option '{option}'"), .. parsed.Errors.Select(error => error.Message)];
    if (mistakes.Length > 0)
    {
        foreach (string mistake in mistakes)
        {
            Console.Error.WriteLine($"leafseg-agent: {mistake}");
        }

        Console.Error.WriteLine("Try \"leafseg-agent --help\".");
        return (int)ExitCode.Usage;
    }

    // The host sees to signals: it stops part by part, and the library's own way would cut that off after two seconds.
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (AgentException e)
{
    await Console.Error.WriteLineAsync($"leafseg-agent: {e.Message}");
    return (int)e.ExitCode;
}
catch (Exception e) when (MissingLibrary.In(e) is { } missing)
{
    await Console.Error.WriteLineAsync($"leafseg-agent: {missing}");
    return (int)ExitCode.Machine;
}
#pragma warning disable CA1031 // The last place to say what went wrong.
catch (Exception e)
#pragma warning restore CA1031
{
    await Console.Error.WriteLineAsync($"leafseg-agent: a bug in the program; please report it with this text.\n{e}");
    return (int)ExitCode.Bug;
}
