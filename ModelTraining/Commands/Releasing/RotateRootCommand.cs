using System.CommandLine;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>leafseg-train release rotate-root.</summary>
internal static class RotateRootCommand
{
    public static Command Create()
    {
        Option<string?> role = new("--role") { Description = "The role whose keys change: root, targets, snapshot or timestamp" };
        Option<string[]> add = new("--add") { Description = "Public key (.pub.json) that counts from now on", HelpName = "FILE" };
        Option<string[]> remove = new("--remove") { Description = "Id, or its beginning, of a key that counts no longer", HelpName = "ID" };
        Option<int?> threshold = new("--threshold") { Description = "So many must sign from now on", HelpName = "N" };
        Command command = new("rotate-root",
            $"""
            Writes the next root: with other keys for a role, or, without --role, the same for longer. It must be signed by
            enough keys of the old root and of the new one. Where a role's old keys sign as well, clients never see two
            files that do not fit; without them (a key was stolen) they may refuse for the moment between two writes.

            Examples:
              leafseg-train release rotate-root models --key anna.pem --key ben.pem
              leafseg-train release rotate-root models --role root --add dora.pub.json --remove 3f9a12c0 --key anna.pem --key dora.pem
              leafseg-train release rotate-root models --role timestamp --add new.pub.json --remove 81d2e0aa \
                --key root.pem --key new.pem --key online.pem

            {ReleaseCommand.ExitCodes}
            """)
        {
            role, add, remove, threshold,
        };
        return RepositoryChange.Of(command, (arguments, folder, staging) =>
        {
            new RootChanges(folder, staging).Rotate(
                arguments.GetValue(role),
                [.. (arguments.GetValue(add) ?? []).Select(PublicKeyFile.Read)],
                arguments.GetValue(remove) ?? [],
                arguments.GetValue(threshold));
            return "Rotates the root";
        });
    }
}
