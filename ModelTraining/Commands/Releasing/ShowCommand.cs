using System.CommandLine;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>leafseg-train release show.</summary>
internal static class ShowCommand
{
    public static Command Create() => SignCommands.OnFolder("show",
        $"""
        Shows what is in a repository: roles, versions, when they expire, models and how far they are rolled out, and which
        signatures are missing. Changes nothing.

        Examples:
          leafseg-train release show models

        {ReleaseCommand.ExitCodes}
        """,
        (_, folder) =>
        {
            RepositoryChange.Print(new ReleaseTable(folder, TimeProvider.System).Lines());
            return ExitCode.Done;
        });
}
