using System.CommandLine;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Hosting;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary><c>leafseg-agent run</c>.</summary>
internal static class RunCommand
{
    private const string Description = """
        Takes pictures on hardware triggers, finds the leaves, and publishes their number and areas over MQTT.

        Examples:
          leafseg-agent run --frames pots/ --broker embedded
          leafseg-agent run --frames pots/ --broker 192.168.1.5:1883 --captures 43
          leafseg-agent run --settings /etc/leafseg/leafseg-agent.json

        Without --settings a simulated GPIO line asks for a picture every second. What is given on the command line
        takes precedence over the settings file, and LEAFSEG_... in the environment comes between the two (LEAFSEG_broker__password).

        Exit codes:
          0    done: as many results as asked for are acknowledged, the pictures are through, or a service was stopped
          2    the command line is wrong
          3    a setting is wrong
          4    the model file is missing, broken, or breaks the contract
          5    there are no pictures, or fewer usable ones than --captures asks for
          6    stopped before --captures results were acknowledged; they are kept and sent at the next start
          7    something on this machine is in the way: a port in use, a folder that cannot be written, a GPIO
               chip that does not open
          8    the camera hangs, is missing or is frozen for too long: restart the program (systemd does)
          70   a bug in the program
          130  Ctrl-C
        """;

    public static Command Create()
    {
        Option<FileInfo?> settings = new("--settings") { Description = "Settings file (JSON); see deploy/leafseg-agent.json", HelpName = "FILE" };
        Option<string?> frames = new("--frames") { Description = "Take pictures from this folder, one per trigger, in the order of their names", HelpName = "DIR" };
        Option<string?> pattern = new("--pattern") { Description = "Only files of this folder that match, such as \"*_rgb.png\"", HelpName = "GLOB" };
        Option<bool> loop = new("--loop") { Description = "Begin again with the first picture after the last" };
        Option<string?> broker = new("--broker") { Description = "MQTT broker, or \"embedded\" for one inside this program, on loopback", HelpName = "HOST:PORT|embedded" };
        Option<long?> captures = new("--captures") { Description = "End after this many results were published and acknowledged", HelpName = "N" };
        Option<string?> model = new("--model") { Description = "Model file; the newest installed one when not given", HelpName = "FILE" };
        Option<string?> state = new("--state") { Description = "Folder for the outbox and the overlays", HelpName = "DIR" };
        Option<double?> interval = new("--interval") { Description = "Seconds between triggers of the simulated line or the schedule", HelpName = "SECONDS" };
        Option<int?> statusPort = new("--status-port") { Description = "Port of the status page on loopback", HelpName = "PORT" };
        Option<string?> site = new("--site") { Description = "Where the rig is; part of every topic", HelpName = "NAME" };
        Option<string?> rig = new("--rig") { Description = "The rig's name; part of every topic", HelpName = "NAME" };
        Option<string?> plant = new("--plant") { Description = "Name of the plant under the camera", HelpName = "NAME" };
        captures.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && long.TryParse(result.Tokens[0].Value, out long count) && count < 1)
            {
                result.AddError($"--captures: found {count}, expected 1 or more");
            }
        });

        Command command = new("run", Description)
        {
            settings, frames, pattern, loop, broker, captures, model, state, interval, statusPort, site, rig, plant,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string? file = parsed.GetValue(settings)?.ToString();
            CommandLineSettings quick = new()
            {
                Frames = parsed.GetValue(frames),
                Pattern = parsed.GetValue(pattern),
                Loop = parsed.GetValue(loop),
                Broker = parsed.GetValue(broker),
                Model = parsed.GetValue(model),
                State = parsed.GetValue(state),
                IntervalSeconds = parsed.GetValue(interval),
                StatusPort = parsed.GetValue(statusPort),
                Site = parsed.GetValue(site),
                Rig = parsed.GetValue(rig),
                Plant = parsed.GetValue(plant),
            };
            AgentOptions options = quick.Over(SettingsFile.Read(file), hasFile: file is not null);
            SettingsFile.ThrowIfAny(file, options.Problems());
            return (int)await AgentRun.RunAsync(options, parsed.GetValue(captures), cancellationToken);
        });
        return command;
    }
}
