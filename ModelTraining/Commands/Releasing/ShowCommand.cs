using System.CommandLine;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>leafseg-train release show.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        Option<string?> rig = new("--rig") { Description = "Also say for each model whether this rig may have it now, or from which percentage on", HelpName = "SITE/RIG" };
        Command command = SignCommands.OnFolder("show",
            $"""
            Shows what is in a repository: roles, versions, when they expire, models and how far they are rolled out, and which
            signatures are missing. Changes nothing.

            Examples:
              leafseg-train release show models
              leafseg-train release show models --rig ghent/r17

            {ReleaseCommand.ExitCodes}
            """,
            (arguments, folder) =>
            {
                string? named = arguments.GetValue(rig);
                if (named is not null)
                {
                    Receivers.Of(named, site: null, all: false);
                }

                RepositoryChange.Print(new ReleaseTable(folder, TimeProvider.System).Lines(named?.Split('/')));
                return ExitCode.Done;
            });
        command.Options.Add(rig);
        return command;
    }
}
