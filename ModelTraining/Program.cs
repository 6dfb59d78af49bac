using System.CommandLine;
using LeafSeg.Common.CommandLine;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Native;

NativeTuning.Apply();

RootCommand root = CommandTree.Create();

StrictNumbers.Require(root);

// A name that begins with @ is a name, not a file with more of the command line.
ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
string[] mistakes = [.. UnknownOptions.In(parsed).Select(option => $"Unknown option '{option}'"), .. parsed.Errors.Select(error => error.Message).Distinct()];
if (mistakes.Length > 0)
{
    foreach (string message in mistakes)
    {
        Console.Error.WriteLine($"leafseg-train: {message}");
    }

    Console.Error.WriteLine($"Try \"leafseg-train {(parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ")}--help\".");
    return ExitCode.BadArgument;
}

// Ctrl-C and SIGTERM: a command ends by itself once its step is done and its checkpoint written; two seconds would be too few.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
