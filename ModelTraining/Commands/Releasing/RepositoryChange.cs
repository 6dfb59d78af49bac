using System.CommandLine;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>
/// What every command that changes a repository does: open the keys, stage, sign, and publish if enough have signed. What
/// fails before it is staged and signed leaves the repository as it was.
/// </summary>
internal sealed class RepositoryChange
{
    private readonly Argument<string> repository = new("REPOSITORY") { Description = "The repository's folder" };
    private readonly SigningOptions signing = new();

    private RepositoryChange(Command command)
    {
        command.Arguments.Add(repository);
        signing.AddTo(command);
    }

    /// <summary>Adds to a command what it needs, and lets it run.</summary>
    /// <param name="command">With its own options.</param>
    /// <param name="stage">Stages; returns what to say, or null where there was nothing to do.</param>
    public static Command Of(Command command, Func<ParseResult, ReleaseFolder, Staging, string?> stage)
    {
        RepositoryChange change = new(command);
        command.SetAction((arguments, cancellation) => Interruptible.RunAsync(() => change.Run(arguments, stage), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, Func<ParseResult, ReleaseFolder, Staging, string?> stage)
    {
        using ReleaseFolder folder = ReleaseFolder.Open(arguments.GetValue(repository)!);
        IReadOnlyList<SigningKey> keys = signing.Open(arguments);
        try
        {
            string? said = null;
            folder.Attempt(() =>
            {
                said = stage(arguments, folder, new Staging(folder, TimeProvider.System));
                if (said is not null)
                {
                    Print(new Signatures(folder).Sign(keys));
                }
            });
            if (said is null)
            {
                return ExitCode.Done;
            }

            Console.WriteLine(said);
            return Finish(folder);
        }
        finally
        {
            foreach (SigningKey key in keys)
            {
                key.Dispose();
            }
        }
    }

    /// <summary>Publishes what is staged, or says who has to sign first.</summary>
    public static int Finish(ReleaseFolder folder)
    {
        IReadOnlyList<string> live = new Publication(folder, TimeProvider.System).Commit();
        Console.WriteLine(live.Count == 0 ? "Nothing was staged." : $"Live: {string.Join(", ", live)}");
        return ExitCode.Done;
    }

    public static void Print(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            Console.WriteLine(line);
        }
    }
}
