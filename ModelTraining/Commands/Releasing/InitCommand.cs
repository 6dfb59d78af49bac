using System.CommandLine;
using LeafSeg.Common.Tuf;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>leafseg-train release init.</summary>
internal static class InitCommand
{
    private static readonly (string Role, int Days)[] Roles =
        [(RoleName.Root, 365), (RoleName.Targets, 180), (RoleName.Snapshot, 30), (RoleName.Timestamp, 7)];

    public static Command Create()
    {
        Argument<string> repository = new("REPOSITORY") { Description = "New or empty folder" };
        List<RoleOptions> options = [.. Roles.Select(role => new RoleOptions(role.Role, role.Days))];
        SigningOptions signing = new();
        Command command = new("init",
            $"""
            Makes a repository: says which keys count for each role, how many of them it takes, and for how many days a
            signature is good. Rigs are given metadata/1.root.json; web servers show metadata/ and targets/.

            Examples:
              leafseg-train release init models --root-key anna.pub.json --root-key ben.pub.json --root-key carl.pub.json \
                --root-threshold 2 --targets-key anna.pub.json --snapshot-key online.pub.json --timestamp-key online.pub.json \
                --timestamp-days 2 --key anna.pem --key online.pem
              leafseg-train release sign models --key ben.pem
              leafseg-train release commit models

            {ReleaseCommand.ExitCodes}
            """)
        {
            repository,
        };
        foreach (RoleOptions role in options)
        {
            role.AddTo(command);
        }

        signing.AddTo(command);
        command.SetAction((arguments, cancellation) => Interruptible.RunAsync(
            () => Run(arguments, arguments.GetValue(repository)!, options, signing), cancellation));
        return command;
    }

    private static int Run(ParseResult arguments, string repository, IReadOnlyList<RoleOptions> options, SigningOptions signing)
    {
        Dictionary<string, KeyChoice> choices = options.ToDictionary(role => role.Role, role => role.Choice(arguments));
        Dictionary<string, int> days = options.ToDictionary(role => role.Role, role => role.DaysOf(arguments));
        foreach (KeyChoice choice in choices.Values)
        {
            choice.Validate();
        }

        IReadOnlyList<SigningKey> keys = signing.Open(arguments);
        try
        {
            foreach (SigningKey key in keys)
            {
                if (!choices.Values.Any(choice => choice.Keys.Any(chosen => chosen.Id == key.Public.Id)))
                {
                    throw ReleaseException.Argument($"--key: the key {key.Public.Id} is none of those that any role is to have.");
                }
            }

            using ReleaseFolder folder = ReleaseFolder.Create(repository, days);
            new RootChanges(folder, new Staging(folder, TimeProvider.System)).Begin(choices);
            RepositoryChange.Print(new Signatures(folder).Sign(keys));
            return RepositoryChange.Finish(folder);
        }
        finally
        {
            foreach (SigningKey key in keys)
            {
                key.Dispose();
            }
        }
    }

    /// <summary>The three options of a role.</summary>
    private sealed class RoleOptions
    {
        private readonly Option<string[]> keys;
        private readonly Option<int> threshold;
        private readonly Option<int> days;

        public RoleOptions(string role, int usualDays)
        {
            Role = role;
            keys = new Option<string[]>($"--{role}-key") { Description = $"Public key (.pub.json) for {role}; may be named several times", HelpName = "FILE", Required = true };
            threshold = new Option<int>($"--{role}-threshold") { Description = $"So many of them must sign {role}", HelpName = "N", DefaultValueFactory = _ => 1 };
            days = new Option<int>($"--{role}-days") { Description = $"For so many days {role} is signed", HelpName = "DAYS", DefaultValueFactory = _ => usualDays };
        }

        public string Role { get; }

        public void AddTo(Command command)
        {
            command.Options.Add(keys);
            command.Options.Add(threshold);
            command.Options.Add(days);
        }

        public KeyChoice Choice(ParseResult arguments) => KeyChoice.Read($"--{Role}", arguments.GetValue(keys)!, arguments.GetValue(threshold));

        public int DaysOf(ParseResult arguments)
        {
            const int Most = 20 * 365;
            int value = arguments.GetValue(days);
            return value is >= 1 and <= Most ? value : throw ReleaseException.Argument($"{days.Name} is {value}, expected 1 to {Most}.");
        }
    }
}
