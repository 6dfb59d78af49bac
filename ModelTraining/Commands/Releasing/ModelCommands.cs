using System.CommandLine;
using LeafSeg.Common.Tuf;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>leafseg-train release publish, rollout, withdraw.</summary>
internal static class ModelCommands
{
    public static Command Publish()
    {
        Argument<string> model = new("MODEL") { Description = "ONNX file, as leafseg-train export writes it" };
        Option<string[]> rigs = new("--rigs") { Description = "For the rigs of this pattern of SITE/RIG (* ? [...]); may be named several times", DefaultValueFactory = _ => ["*/*"] };
        Option<int> percent = new("--percent") { Description = "Share of those rigs that may take it now, 0 to 100", DefaultValueFactory = _ => 100 };
        Option<string> role = Role();
        Command command = new("publish",
            $"""
            Publishes a model: opened and checked against the contract first, then listed under NAME/NAME-VERSION.onnx with its
            digests, scores, contract and the rigs that it is for. Which rigs belong to the first 20 % a hash of their names
            decides.

            Examples:
              leafseg-train release publish models leafseg-1.1.0.onnx --percent 20 --key targets.pem --key online.pem
              leafseg-train release publish models ghent-2.0.0.onnx --role ghent --rigs 'ghent/*' --key ghent.pem --key online.pem

            {ReleaseCommand.ExitCodes}
            """)
        {
            rigs, percent, role,
        };
        RepositoryChange.Of(command, (arguments, folder, staging) =>
            $"Publishes {new ModelReleases(folder, staging).Publish(arguments.GetValue(model)!, arguments.GetValue(role)!, arguments.GetValue(rigs)!, arguments.GetValue(percent))}");
        command.Arguments.Add(model);
        return command;
    }

    public static Command RollOut()
    {
        Argument<string> version = Version();
        Option<int> percent = new("--percent") { Description = "New share of its rigs, above the one before, to 100", Required = true };
        Option<string?> name = Name();
        Option<string> role = Role();
        Command command = new("rollout",
            $"""
            Lets more rigs have a release; those that may have it already stay.

            Examples:
              leafseg-train release rollout models 1.1.0 --percent 100 --key targets.pem --key online.pem

            {ReleaseCommand.ExitCodes}
            """)
        {
            percent, name, role,
        };
        RepositoryChange.Of(command, (arguments, folder, staging) =>
        {
            string path = new ModelReleases(folder, staging).RollOut(
                arguments.GetValue(version)!, arguments.GetValue(name), arguments.GetValue(role)!, arguments.GetValue(percent));
            return $"Rolls out {path} to {arguments.GetValue(percent)} %";
        });
        command.Arguments.Add(version);
        return command;
    }

    public static Command Withdraw()
    {
        Argument<string> version = Version();
        Option<string?> name = Name();
        Option<string> role = Role();
        Option<bool> keep = new("--keep") { Description = "Rigs that have it keep it" };
        Command command = new("withdraw",
            $"""
            Lists a release no longer, so that no rig takes it from now on; its version can never be published again. Rigs that
            measure with it go back to the newest one before it that is still listed and has measured there (they look every
            updates.withdrawalCheckHours), unless --keep says otherwise.

            Examples:
              leafseg-train release withdraw models 1.1.0 --key targets.pem --key online.pem
              leafseg-train release withdraw models 1.1.0 --keep --key targets.pem --key online.pem

            {ReleaseCommand.ExitCodes}
            """)
        {
            name, role, keep,
        };
        RepositoryChange.Of(command, (arguments, folder, staging) =>
            $"Withdraws {new ModelReleases(folder, staging).Withdraw(arguments.GetValue(version)!, arguments.GetValue(name), arguments.GetValue(role)!, arguments.GetValue(keep))}");
        command.Arguments.Add(version);
        return command;
    }

    private static Argument<string> Version() => new("VERSION") { Description = "The release's version" };

    private static Option<string?> Name() => new("--name") { Description = "The model's name, where several have this version" };

    private static Option<string> Role() => new("--role") { Description = "The role that lists it: targets, or a site's", DefaultValueFactory = _ => RoleName.Targets };
}
