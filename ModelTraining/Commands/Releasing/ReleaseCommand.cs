using System.CommandLine;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>leafseg-train release: the publisher's side of model updates.</summary>
internal static class ReleaseCommand
{
    /// <summary>The end of every help text.</summary>
    public const string ExitCodes =
        """
        Exit codes: 0 done, 2 an argument, key or passphrase cannot be used, 3 a file or folder cannot be used or clients
        would refuse it, 4 disk full, 6 staged, and waiting for signatures, 130 interrupted.
        """;

    public static Command Create() => new("release",
        """
        Publishes models to rigs, in a repository of The Update Framework: a folder of files for any web server or a USB
        stick, in which signatures alone decide what is valid. Root and targets keys are best kept offline, each with
        someone else; snapshot and timestamp are signed often.

        Every command stages what it changes, signs it with each --key, and makes it live once enough have signed. Until
        then it exits with 6: carry the folder to the others, who run release sign; then release commit.

        Examples:
          leafseg-train release keygen --out keys/root.pem
          leafseg-train release init models --root-key keys/root.pub.json --targets-key keys/targets.pub.json \
            --snapshot-key keys/online.pub.json --timestamp-key keys/online.pub.json \
            --key keys/root.pem --key keys/targets.pem --key keys/online.pem
          leafseg-train release publish models leafseg-1.1.0.onnx --percent 20 --key keys/targets.pem --key keys/online.pem
          leafseg-train release request models 1.1.0 --rig ghent/r17 --broker 192.168.1.5:1883
          leafseg-train release show models
        """)
    {
        KeygenCommand.Create(),
        InitCommand.Create(),
        SignCommands.Sign(),
        SignCommands.Commit(),
        SignCommands.Discard(),
        ModelCommands.Publish(),
        ModelCommands.RollOut(),
        ModelCommands.Withdraw(),
        DelegateCommand.Create(),
        RotateRootCommand.Create(),
        RequestCommand.Create(),
        RefreshCommand.Create(),
        ShowCommand.Create(),
    };
}
