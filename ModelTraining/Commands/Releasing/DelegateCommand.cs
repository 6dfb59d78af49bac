using System.CommandLine;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>leafseg-train release delegate.</summary>
internal static class DelegateCommand
{
    public static Command Create()
    {
        Argument<string> role = new("ROLE") { Description = "The site's role: a-z, 0-9 and -" };
        Option<string[]> keys = new("--role-key") { Description = "The site's public key (.pub.json); may be named several times", HelpName = "FILE", Required = true };
        Option<int> threshold = new("--role-threshold") { Description = "So many of them must sign", HelpName = "N", DefaultValueFactory = _ => 1 };
        Option<string[]> paths = new("--paths") { Description = "Target paths that it may list (* ? [...]; * matches no slash); ROLE/*/* otherwise" };
        Option<bool> terminating = new("--terminating") { Description = "What the site does not list under these paths, no role after it may" };
        Command command = new("delegate",
            $"""
            Lets a site publish models of its own, with keys of its own, under some target paths. Given a role that is there, it
            replaces that role's keys and paths.

            Examples:
              leafseg-train release delegate models ghent --role-key ghent.pub.json --key targets.pem --key online.pem --key ghent.pem
              leafseg-train release delegate models ghent --role-key a.pub.json --role-key b.pub.json --role-threshold 2 \
                --paths 'ghent/*/*' --paths 'trial/*/*' --key targets.pem --key online.pem

            {ReleaseCommand.ExitCodes}
            """)
        {
            keys, threshold, paths, terminating,
        };
        RepositoryChange.Of(command, (arguments, folder, staging) =>
        {
            string name = arguments.GetValue(role)!;
            KeyChoice choice = KeyChoice.Read("--role", arguments.GetValue(keys)!, arguments.GetValue(threshold));
            string[] allowed = arguments.GetValue(paths) is { Length: > 0 } given ? given : [$"{name}/*/*"];
            new ModelReleases(folder, staging).Delegate(name, choice, allowed, arguments.GetValue(terminating));
            return $"Delegates {string.Join(", ", allowed)} to {name}";
        });
        command.Arguments.Add(role);
        return command;
    }
}
