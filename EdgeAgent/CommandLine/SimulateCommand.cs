using System.CommandLine;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Hosting;
using LeafSeg.EdgeAgent.Simulation;

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

        With --rigs a whole fleet in one process, for the broker, the database and the dashboards: each rig has its own outbox, its own session with a
        last will, its own pace and its own mishaps. The plant is rendered and measured once; every rig publishes these results as those of a plant
        of its own size and age. Commands and requests for a model are not answered.

          leafseg-agent simulate --rigs 500 --broker 127.0.0.1:1883 --every 600 --site ghent
          leafseg-agent simulate --rigs 50 --broker 127.0.0.1:1883 --every 5 --jitter 0.2 --ailing 8 --power-cuts 2 --outages 6
          leafseg-agent simulate --rigs 50 --settings fleet.json     an account for each rig: "user": "{site}/{rig}" in the section broker

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
        Option<int?> rigs = new("--rigs") { Description = "A fleet of so many rigs, 1 to 5000: r0001, r0002, ...", HelpName = "N" };
        Option<FileInfo?> settings = new("--settings") { Description = "With --rigs: settings file whose section broker counts; {site} and {rig} in it stand for each rig's own", HelpName = "FILE" };
        Option<double> jitter = new("--jitter") { Description = "With --rigs: share of --every by which a capture is early or late, 0 to 1", HelpName = "SHARE", DefaultValueFactory = _ => 0.1 };
        Option<double> ailing = new("--ailing") { Description = "With --rigs: of 100 rigs, so many have an alarm at any time", HelpName = "PERCENT", DefaultValueFactory = _ => 0 };
        Option<double> powerCuts = new("--power-cuts") { Description = "With --rigs: times an hour that each rig's power is cut for up to a minute", HelpName = "N", DefaultValueFactory = _ => 0 };
        Option<double> outages = new("--outages") { Description = "With --rigs: times an hour that each rig's network is gone", HelpName = "N", DefaultValueFactory = _ => 0 };
        Option<double> outageSeconds = new("--outage-seconds") { Description = "With --rigs: for up to so long", HelpName = "SECONDS", DefaultValueFactory = _ => 60 };
        Within(rigs, 1, 5000);
        Within(jitter, 0, 1);
        Within(ailing, 0, 100);
        Within(powerCuts, 0, 3600);
        Within(outages, 0, 3600);
        Within(outageSeconds, 0, 86_400);
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
        foreach (Option option in new Option[] { rigs, settings, jitter, ailing, powerCuts, outages, outageSeconds })
        {
            command.Add(option);
        }

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
                string? file = parsed.GetValue(settings)?.ToString();
                AgentOptions given = SettingsFile.Read(file);
                AgentOptions options = quick.Over(given, hasFile: false);
                if (file is not null && parsed.GetResult(broker) is null or { Implicit: true })
                {
                    options = options with { Broker = given.Broker };
                }

                SettingsFile.ThrowIfAny(file, options.Problems());
                if (parsed.GetValue(rigs) is { } count)
                {
                    SimulatedFleetOptions fleet = new()
                    {
                        Rigs = count,
                        Site = options.Site,
                        EverySeconds = parsed.GetValue(every),
                        Jitter = parsed.GetValue(jitter),
                        AilingPercent = parsed.GetValue(ailing),
                        PowerCutsPerHour = parsed.GetValue(powerCuts),
                        OutagesPerHour = parsed.GetValue(outages),
                        OutageSeconds = parsed.GetValue(outageSeconds),
                        Seed = parsed.GetValue(seed),
                    };
                    return await InterruptibleWork.ServeAsync(
                        token => FleetRun.RunAsync(options, fleet, parsed.GetValue(pictures), parsed.GetValue(size), parsed.GetValue(captures), token), cancellationToken);
                }

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

    private static void Within<T>(Option<T> option, double least, double most) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double found) && !(found >= least && found <= most))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name}: found {result.Tokens[0].Value}, expected {least} to {most}"));
        }
    });
}
