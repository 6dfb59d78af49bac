using System.CommandLine;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Hosting;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary><c>leafseg-agent simulate</c>.</summary>
internal static class SimulateCommand
{
    private const string Description = """
        A rig without hardware: renders a growing plant and runs the agent on it, with a simulated GPIO line for a trigger
        at the pace that is asked for. Nothing else is simulated: leaves are found, results are recorded and published.

        Examples:
          leafseg-agent simulate
          leafseg-agent simulate --every 0.2 --broker 192.168.1.5:1883 --rig r2
          leafseg-agent simulate --captures 20

        Exit codes: as "leafseg-agent run".
        """;

    public static Command Create()
    {
        Option<double> every = new("--every") { Description = "Seconds from one picture to the next", HelpName = "SECONDS", DefaultValueFactory = _ => 1 };
        Option<int> pictures = new("--pictures") { Description = "Pictures of the plant's life, 1 to 1000; after the last it starts over", HelpName = "N", DefaultValueFactory = _ => 40 };
        Option<int> size = new("--size") { Description = "Width and height of a picture, 64 to 2048", HelpName = "PIXELS", DefaultValueFactory = _ => 500 };
        Option<int> seed = new("--seed") { Description = "Another seed, another plant", HelpName = "N", DefaultValueFactory = _ => 10 };
        Option<string> broker = new("--broker") { Description = "MQTT broker", HelpName = "HOST:PORT|embedded", DefaultValueFactory = _ => "embedded" };
        Option<long?> captures = new("--captures") { Description = "End after this many results were published and acknowledged", HelpName = "N" };
        Option<string?> model = new("--model") { Description = "Model file; the newest installed one when not given", HelpName = "FILE" };
        Option<string?> state = new("--state") { Description = "Folder for outbox, overlays and pictures, kept; else a new one that is removed at the end", HelpName = "DIR" };
        Option<int?> statusPort = new("--status-port") { Description = "Port of the status page on loopback", HelpName = "PORT" };
        Option<string> site = new("--site") { Description = "Part of every topic", HelpName = "NAME", DefaultValueFactory = _ => "demo" };
        Option<string?> rig = new("--rig") { Description = "Part of every topic", HelpName = "NAME" };
        Within(pictures, 1, 1000);
        Within(size, 64, 2048);
        Within(seed, 0, int.MaxValue);
        captures.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && long.TryParse(result.Tokens[0].Value, out long count) && count < 1)
            {
                result.AddError($"--captures: found {count}, expected 1 or more");
            }
        });

        Command command = new("simulate", Description) { every, pictures, size, seed, broker, captures, model, state, statusPort, site, rig };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string? kept = parsed.GetValue(state);
            string folder = kept ?? Directory.CreateTempSubdirectory("leafseg-simulate-").FullName;
            try
            {
                string frames = Path.Combine(folder, "frames");
                CommandLineSettings quick = new()
                {
                    Frames = frames,
                    Loop = true,
                    Broker = parsed.GetValue(broker),
                    Model = parsed.GetValue(model),
                    State = folder,
                    IntervalSeconds = parsed.GetValue(every),
                    StatusPort = parsed.GetValue(statusPort),
                    Site = parsed.GetValue(site),
                    Rig = parsed.GetValue(rig),
                    Plant = "arabidopsis",
                };
                AgentOptions options = quick.Over(SettingsFile.Read(null), hasFile: false);
                SettingsFile.ThrowIfAny(null, options.Problems());
                Render(frames, parsed.GetValue(pictures), new RosetteSettings { Size = parsed.GetValue(size) }, (ulong)parsed.GetValue(seed), cancellationToken);
                return (int)await AgentRun.RunAsync(options, parsed.GetValue(captures), cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return (int)ExitCode.Interrupted;
            }
            finally
            {
                if (kept is null)
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
        });
        return command;
    }

    private static void Render(string folder, int count, RosetteSettings settings, ulong seed, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            for (int frame = 0; frame < count; frame++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ImageFile.Write(Path.Combine(folder, $"plant{frame:D5}.png"), RosetteRenderer.RenderFrame(settings, seed, frame, count).Image);
                if (!Console.IsErrorRedirected)
                {
                    Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\rrendering a growing plant: {frame + 1}/{count}"));
                }
            }

            if (!Console.IsErrorRedirected)
            {
                Console.Error.WriteLine();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine, $"--state: {folder} cannot be written ({e.Message}); expected a folder with room for some megabytes", e);
        }
    }

    private static void Within(Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int found) && (found < least || found > most))
        {
            result.AddError($"{option.Name}: found {found}, expected {least} to {most}");
        }
    });
}
