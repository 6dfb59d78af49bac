using System.CommandLine;
using System.Diagnostics;
using System.Text;
using LeafSeg.Common.Storage;
using LeafSeg.EdgeAgent.Backup;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary><c>leafseg-agent setup</c>.</summary>
internal static class SetupCommand
{
    private const string InstalledSettings = "/etc/leafseg/leafseg-agent.json";
    private const string InstalledState = "/var/lib/leafseg";
    private const string ServiceUser = "leafseg";

    private const string Description = """
        Writes the settings file of a new rig and runs the doctor with it. What is not given as an option is asked for on a
        terminal; without a terminal it takes its default, or is an error where there is none. A file that is there is kept
        unless --force is given; then the old one stays beside it as NAME.old.

        Examples:
          sudo leafseg-agent setup
          sudo leafseg-agent setup --site ghent --rig r17 --broker 192.168.1.5:1883 --camera /dev/video0 --every 600
          sudo leafseg-agent setup --site ghent --rig r18 --broker mqtts://hub:8883 --user r18 --password-file hub.txt \
            --camera rtsp://10.0.0.9/stream --gpio tegra234-gpio:PAC.06

        Exit codes: 0 written and all is well, 2 the command line is wrong, 3 an answer cannot be used or the file exists,
        7 the file cannot be written, 9 written, and the doctor has found something ill.
        """;

    public static Command Create()
    {
        Option<string?> site = new("--site") { Description = "Where the rig is: first part of its MQTT topics" };
        Option<string?> rig = new("--rig") { Description = "The rig's name, one of its kind at the broker; the machine's name by default" };
        Option<string?> plant = new("--plant") { Description = "The plant under the camera [default: plant1]" };
        Option<string?> broker = new("--broker") { Description = "MQTT broker, or \"embedded\"", HelpName = "HOST:PORT|embedded" };
        Option<string?> user = new("--user") { Description = "User at the broker" };
        Option<string?> password = new("--password-file") { Description = "File that holds the broker's password; it is copied beside the settings", HelpName = "FILE" };
        Option<string?> camera = new("--camera") { Description = "Device, network camera, industrial camera or folder of pictures", HelpName = "/dev/videoN|URL|genicam:NAME|DIR" };
        Option<string?> gpio = new("--gpio") { Description = "A picture for each pulse on this line", HelpName = "CHIP:LINE" };
        Option<double?> every = new("--every") { Description = "A picture every so many seconds", HelpName = "SECONDS" };
        Option<string> settings = new("--settings") { Description = "The file to write", HelpName = "FILE", DefaultValueFactory = _ => InstalledSettings };
        Option<string?> state = new("--state") { Description = $"Folder for results and overlays [default: {InstalledState} for the service, else the user's]", HelpName = "DIR" };
        Option<bool> force = new("--force") { Description = "Replace a settings file that exists" };
        Option<bool> noDoctor = new("--no-doctor") { Description = "Write the file only" };
        Command command = new("setup", Description) { site, rig, plant, broker, user, password, camera, gpio, every, settings, state, force, noDoctor };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string file = Path.GetFullPath(parsed.GetValue(settings)!);
            ThrowIfThere(file, parsed.GetValue(force));
            Questions questions = new(Console.In, Console.Out, interactive: !Console.IsInputRedirected);
            string? broughtPassword = parsed.GetValue(password) is { } from ? ReadPassword(from) : null;
            NewSettings answers = new()
            {
                Site = parsed.GetValue(site) ?? questions.Ask("Site (first part of the MQTT topics)", "--site"),
                Rig = parsed.GetValue(rig) ?? questions.Ask("Name of the rig", "--rig", new AgentOptions().Rig),
                Plant = parsed.GetValue(plant) ?? questions.Ask("Plant under the camera", "--plant", "plant1"),
                Broker = parsed.GetValue(broker) ?? questions.Ask("MQTT broker (HOST:PORT, or embedded)", "--broker"),
                User = parsed.GetValue(user) ?? questions.AskMaybe("User at the broker (empty: none)"),
                Camera = parsed.GetValue(camera) ?? questions.Ask("Camera (device, URL, genicam:NAME or folder of pictures)", "--camera", "/dev/video0"),
                Gpio = parsed.GetValue(gpio),
                EverySeconds = parsed.GetValue(every),
                StateFolder = parsed.GetValue(state) ?? StateFolderFor(file),
            };
            if (answers is { Gpio: null, EverySeconds: null })
            {
                answers = answers with { EverySeconds = questions.AskNumber("A picture every so many seconds", "--every", 600) };
            }

            if (answers.User is not null && broughtPassword is null)
            {
                broughtPassword = questions.AskSecret("Password at the broker (empty: none)");
            }

            Write(file, answers, broughtPassword);
            Console.WriteLine($"{file}: written");
            ExitCode code = parsed.GetValue(noDoctor) ? ExitCode.Done : await ExamineAsync(file, cancellationToken);
            Console.WriteLine(file == InstalledSettings
                ? "Next: sudo systemctl enable --now leafseg-agent"
                : $"Next: leafseg-agent run --settings {file}");
            return (int)code;
        });
        return command;
    }

    /// <summary>Writes the settings, and the password beside them where there is one; both or, where an answer is wrong, neither.</summary>
    /// <exception cref="AgentException">An answer is no setting, or the folder cannot be written.</exception>
    internal static void Write(string file, NewSettings answers, string? password)
    {
        string passwordFile = Path.Combine(Path.GetDirectoryName(file)!, "broker-password");
        if (password is not null)
        {
            answers = answers with { PasswordFile = passwordFile };
        }

        string json = answers.ToJson();
        ThrowIfWrong(json, file);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            if (File.Exists(file))
            {
                File.Copy(file, file + ".old", overwrite: true);
            }

            if (password is not null)
            {
                WriteOwn(passwordFile, password);
            }

            WriteOwn(file, json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine, $"{file}: cannot be written ({e.Message}); expected a folder that this user may write, as root has (sudo)", e);
        }
    }

    /// <summary>The service's folder in the service's settings: a command that is started by hand then finds the same results and models.</summary>
    internal static string? StateFolderFor(string settings) => settings == InstalledSettings ? InstalledState : null;

    internal static void ThrowIfThere(string file, bool force)
    {
        if (!force && File.Exists(file))
        {
            throw new AgentException(ExitCode.Setting, $"{file}: found a settings file; expected none. Edit it, or give --force to replace it (the old one is kept as {Path.GetFileName(file)}.old)");
        }
    }

    private static void WriteOwn(string path, string text) => DurableFile.Write(path, Encoding.UTF8.GetBytes(text), OwnFiles.SettingsMode);

    private static void ThrowIfWrong(string json, string file)
    {
        string draft = Path.Combine(Path.GetTempPath(), $"leafseg-setup-{Guid.NewGuid():n}.json");
        try
        {
            File.WriteAllText(draft, json);
            SettingsFile.ThrowIfAny(null, SettingsFile.Read(draft).Problems());
        }
        catch (AgentException e)
        {
            throw new AgentException(e.ExitCode, e.Message.Replace(draft, file, StringComparison.Ordinal), e);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static string ReadPassword(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Setting, $"--password-file {path}: cannot be read ({e.Message}); expected a file with the password alone", e);
        }
    }

    /// <summary>The doctor as the service's user, whose rights are the ones that count; root's would hide what is missing.</summary>
    private static async Task<ExitCode> ExamineAsync(string file, CancellationToken cancellationToken)
    {
        ProcessStartInfo doctor = new(Environment.ProcessPath!) { UseShellExecute = false };
        foreach (string argument in new[] { "doctor", "--settings", file })
        {
            doctor.ArgumentList.Add(argument);
        }

        if (Environment.IsPrivilegedProcess && IsUser(ServiceUser))
        {
            doctor.FileName = "runuser";
            foreach (string argument in new[] { "--", Environment.ProcessPath!, ServiceUser, "-u" })
            {
                doctor.ArgumentList.Insert(0, argument);
            }
        }

        using Process process = Process.Start(doctor)!;
        await process.WaitForExitAsync(cancellationToken);
        return (ExitCode)process.ExitCode;
    }

    private static bool IsUser(string name) => File.ReadLines("/etc/passwd").Any(line => line.StartsWith($"{name}:", StringComparison.Ordinal));
}
