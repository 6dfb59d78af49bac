using System.CommandLine;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tuf;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>leafseg-train release request.</summary>
internal static class RequestCommand
{
    public static Command Create()
    {
        Argument<string> repository = new("REPOSITORY") { Description = "The repository's folder" };
        Argument<string> version = new("VERSION") { Description = "The release's version" };
        Option<string?> name = new("--name") { Description = "The model's name, where several have this version" };
        Option<string> role = new("--role") { Description = "The role that lists it: targets, or a site's", DefaultValueFactory = _ => RoleName.Targets };
        Option<string?> rig = new("--rig") { Description = "For one rig", HelpName = "SITE/RIG" };
        Option<string?> site = new("--site") { Description = "For all rigs of a site that the broker knows", HelpName = "SITE" };
        Option<bool> all = new("--all") { Description = "For all rigs that the broker knows" };
        Option<bool> retry = new("--retry") { Description = "Also where the model has failed before" };
        Option<string?> output = new("--out") { Description = "Write the message into a file in place of publishing it (mosquitto_pub -r -q 1 -f FILE)", HelpName = "FILE" };
        FleetOptions fleet = new();
        Command command = new("request",
            $"""
            Requests a release of rigs: a retained message on leafseg/v1/SITE/RIG/model/desired at the broker. Each rig then fetches
            the model from the repository that its own settings name, proves it and tries it, and publishes on model/reported how
            far it is. A rig that is away gets the message when it is back. Rigs that are not in the release's percentage yet wait.

            Examples:
              leafseg-train release request models 1.1.0 --rig ghent/r17 --broker 192.168.1.5:1883
              leafseg-train release request models 1.1.0 --all --broker broker.example:8883 --ca ca.pem --user releases --password-file secret
              leafseg-train release request models 1.1.0 --rig ghent/r17 --out desired.json

            {ReleaseCommand.ExitCodes}
            """)
        {
            repository, version, name, role, rig, site, all, retry, output,
        };
        fleet.AddTo(command);
        command.SetAction((arguments, cancellation) => Interruptible.RunAsync(() =>
        {
            Receivers receivers = Receivers.Of(arguments.GetValue(rig), arguments.GetValue(site), arguments.GetValue(all));
            string? file = arguments.GetValue(output);
            if (file is null == arguments.GetValue(fleet.Broker) is null)
            {
                throw ReleaseException.Argument("Expected either --broker, to publish the request, or --out, to write it into a file.");
            }

            byte[] message = MessageJson.Write(Request(arguments.GetValue(repository)!, arguments.GetValue(version)!, arguments.GetValue(name), arguments.GetValue(role)!, arguments.GetValue(retry)));
            if (file is not null)
            {
                File.WriteAllBytes(file, message);
                Console.WriteLine($"Wrote {file}, for {string.Join(", ", receivers.Known.Select(r => r.ModelDesired).DefaultIfEmpty("leafseg/v1/SITE/RIG/model/desired"))}");
                return ExitCode.Done;
            }

            return fleet.Publish(arguments, receivers, message, cancellation);
        }, cancellation));
        return command;
    }

    private static DesiredModel Request(string repository, string version, string? name, string role, bool retry)
    {
        using ReleaseFolder folder = ReleaseFolder.Open(repository);
        TargetFile target = new ModelReleases(folder, new Staging(folder, TimeProvider.System)).Find(version, name, role);
        return new DesiredModel { RequestId = Guid.CreateVersion7().ToString(), Time = DateTimeOffset.UtcNow, Target = target.Path, Version = version, Retry = retry };
    }
}
