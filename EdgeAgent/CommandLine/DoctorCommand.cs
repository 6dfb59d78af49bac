using System.CommandLine;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Doctor;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary><c>leafseg-agent doctor</c>.</summary>
internal static class DoctorCommand
{
    private const string Description = """
        Looks at all that a rig needs: the camera (it takes a picture), GPIO rights, the model and the provider that really
        runs it, disk, clock, and the broker (each kind of topic is tried, and nothing stored). Each has a line: well or ill,
        and for what is ill what was found, what was expected and what to do. Run it while the agent is stopped: a camera has
        one user at a time. As root it has the secrets of the service, as the agent's user its rights on the devices. A running
        agent answers the MQTT command "doctor".

        Examples:
          sudo leafseg-agent doctor --settings /etc/leafseg/leafseg-agent.json
          sudo -u leafseg leafseg-agent doctor --settings /etc/leafseg/leafseg-agent.json
          leafseg-agent doctor --frames pots/ --broker 192.168.1.5:1883

        Exit codes: 0 all is well, 2 the command line is wrong, 3 a setting is wrong, 9 something is ill.
        """;

    public static Command Create()
    {
        Option<string?> settings = new("--settings") { Description = "Settings file (JSON); see deploy/leafseg-agent.json", HelpName = "FILE" };
        Option<string?> frames = new("--frames") { Description = "Take pictures from this folder", HelpName = "DIR" };
        Option<string?> broker = new("--broker") { Description = "MQTT broker, or \"embedded\"", HelpName = "HOST:PORT|embedded" };
        Option<string?> model = new("--model") { Description = "Model file; the newest installed one when not given", HelpName = "FILE" };
        Option<string?> state = new("--state") { Description = "Folder for the outbox and the overlays", HelpName = "DIR" };
        Option<string?> environment = new("--environment")
        {
            Description = $"The service's file of variables, in which its secrets may be; {EnvironmentFile.OfTheService} when it is there and --settings is given",
            HelpName = "FILE",
        };
        Command command = new("doctor", Description) { settings, environment, frames, broker, model, state };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string? file = parsed.GetValue(settings);
            if ((parsed.GetValue(environment) ?? (file is not null && File.Exists(EnvironmentFile.OfTheService) ? EnvironmentFile.OfTheService : null)) is { } variables)
            {
                EnvironmentFile.Apply(variables);
            }

            CommandLineSettings quick = new()
            {
                Frames = parsed.GetValue(frames),
                Broker = parsed.GetValue(broker),
                Model = parsed.GetValue(model),
                State = parsed.GetValue(state),
            };
            AgentOptions options = quick.Over(SettingsFile.Read(file), hasFile: file is not null);
            SettingsFile.ThrowIfAny(file, options.Problems());
            return (int)await RunAsync(options, cancellationToken);
        });
        return command;
    }

    private static async Task<ExitCode> RunAsync(AgentOptions options, CancellationToken cancellationToken)
    {
        bool well = true;
        await foreach (RigCheck check in RigExamination.RunAsync(options, cancellationToken))
        {
            well &= check.Ok;
            Console.WriteLine(check.Ok
                ? $"well  {check.Name,-9} {check.Found}"
                : $"ILL   {check.Name,-9} found {check.Found}; expected {check.Expected}; to do: {check.ToDo}");
        }

        return well ? ExitCode.Done : ExitCode.Ill;
    }
}
