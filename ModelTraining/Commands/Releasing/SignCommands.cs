using System.CommandLine;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>leafseg-train release sign, commit, discard: what is staged on its way.</summary>
internal static class SignCommands
{
    public static Command Sign()
    {
        SigningOptions signing = new();
        Command command = OnFolder("sign",
            $"""
            Adds signatures to what is staged; needs no network and no other key. It signs every staged role that the key
            counts for, and makes nothing live. Look first: leafseg-train release show.

            Examples:
              leafseg-train release sign /media/stick/models --key ben.pem
              leafseg-train release sign models --key anna.pem --key ben.pem --passphrase-env PASSPHRASE

            {ReleaseCommand.ExitCodes}
            """,
            (arguments, folder) =>
            {
                IReadOnlyList<SigningKey> keys = signing.Open(arguments);
                try
                {
                    if (keys.Count == 0)
                    {
                        throw ReleaseException.Argument("--key is missing, expected a key file to sign with.");
                    }

                    Signatures signatures = new(folder);
                    folder.Attempt(() => RepositoryChange.Print(signatures.Sign(keys)));
                    IReadOnlyList<string> missing = signatures.Missing();
                    RepositoryChange.Print(missing.Count > 0 ? missing : ["All have signed: leafseg-train release commit."]);
                    return ExitCode.Done;
                }
                finally
                {
                    foreach (SigningKey key in keys)
                    {
                        key.Dispose();
                    }
                }
            });
        signing.AddTo(command);
        return command;
    }

    public static Command Commit() => OnFolder("commit",
        $"""
        Makes what is staged live, if enough have signed it and clients would take it; says who is missing otherwise. New files
        come first and timestamp.json last, so that clients see all of it or nothing. After a kill, run it again.

        Examples:
          leafseg-train release commit models

        {ReleaseCommand.ExitCodes}
        """,
        (_, folder) => RepositoryChange.Finish(folder));

    public static Command Discard() => OnFolder("discard",
        $"""
        Forgets what is staged. What is live stays.

        Examples:
          leafseg-train release discard models

        {ReleaseCommand.ExitCodes}
        """,
        (_, folder) =>
        {
            folder.ClearStaged();
            Console.WriteLine("Nothing is staged now.");
            return ExitCode.Done;
        });

    /// <summary>A command on a repository that is there.</summary>
    internal static Command OnFolder(string name, string description, Func<ParseResult, ReleaseFolder, int> run)
    {
        Argument<string> repository = new("REPOSITORY") { Description = "The repository's folder" };
        Command command = new(name, description) { repository };
        command.SetAction((arguments, cancellation) => Interruptible.RunAsync(() =>
        {
            using ReleaseFolder folder = ReleaseFolder.Open(arguments.GetValue(repository)!);
            return run(arguments, folder);
        }, cancellation));
        return command;
    }
}
