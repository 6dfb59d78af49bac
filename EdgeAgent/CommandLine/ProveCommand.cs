using System.CommandLine;
using System.Globalization;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Updates.Proof;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary><c>leafseg-agent prove</c>: what the agent has done with each new model, in a process of its own.</summary>
internal static class ProveCommand
{
    private const string Description = """
        Proves that a model file works on this machine: the file's limits and the model's contract first, without opening
        it, then its golden cases on the provider that the settings name.

        Examples:
          leafseg-agent prove leafseg-1.4.0.onnx
          leafseg-agent prove leafseg-1.4.0.onnx --settings /etc/leafseg/leafseg-agent.json

        Exit codes:
          0    proven
          2    the command line is wrong
          3    a setting is wrong
          4    the model is refused
          70   a bug in the program
        """;

    public static Command Create()
    {
        Argument<string> file = new("MODEL") { Description = "Model file (ONNX)" };
        Option<string?> settings = new("--settings") { Description = "Settings file (JSON); model and updates.proof count", HelpName = "FILE" };
        Option<bool> endWithInput = new(ProofProcess.EndWithInput) { Hidden = true };
        Command command = new("prove", Description) { file, settings, endWithInput };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(endWithInput))
            {
                EndWhenInputEnds();
            }

            AgentOptions options = SettingsFile.Read(parsed.GetValue(settings));
            SettingsFile.ThrowIfAny(parsed.GetValue(settings), [.. options.Model.Problems("model"), .. options.Updates.Proof.Problems("updates.proof")]);
            Prove(parsed.GetRequiredValue(file), options);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static void Prove(string file, AgentOptions options)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true } found && found.Length > options.Updates.Proof.MaxFileMegabytes * 1e6)
            {
                throw new UnprovenException($"found a file of {found.Length} bytes; expected {options.Updates.Proof.MaxFileMegabytes} MB at most (updates.proof.maxFileMegabytes)");
            }

            ModelProof.CheckFile(File.ReadAllBytes(file), options.Updates.Proof);
            (double inferMs, string provider, string? note) = ModelProof.Run(file, options.Model.ForSession(options.StateFolder), options.Updates.Proof);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"proven: sees its golden cases, {inferMs:0} ms for one picture on {provider}{(note is null ? "" : $" ({note})")}"));
        }
        catch (Exception e) when (e is UnprovenException or IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Model, e.Message, e);
        }
    }

    private static void EndWhenInputEnds()
    {
        PreferAsVictim();
        new Thread(() =>
        {
            while (Console.In.Read() >= 0)
            {
            }

#pragma warning disable RS0030 // native code computes and cannot be cancelled
            Environment.Exit((int)ExitCode.Interrupted);
#pragma warning restore RS0030
        })
        { IsBackground = true }.Start();
    }

    /// <summary>When memory runs out the kernel shall take this process and not the agent.</summary>
    private static void PreferAsVictim()
    {
        const string Score = "/proc/self/oom_score_adj";
        try
        {
            if (File.Exists(Score))
            {
                File.WriteAllText(Score, "1000");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A sandbox may forbid it; the limits of memory and time stand all the same.
        }
    }
}
