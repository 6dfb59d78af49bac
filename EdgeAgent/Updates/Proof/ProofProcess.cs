using System.Diagnostics;
using System.Globalization;
using System.Text;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Processing;

namespace LeafSeg.EdgeAgent.Updates.Proof;

/// <summary>
/// Has a model prove itself in a process of its own (<c>leafseg-agent prove</c>): a file that crashes, hangs or eats memory
/// does so there. It runs behind everything else, so that no trigger is missed meanwhile, and ends with the agent.
/// </summary>
internal sealed class ProofProcess(ModelOptions model, ProofOptions limits, string stateFolder)
{
    /// <summary>Option of the child: the agent that has started it keeps its standard input open, and it ends with that.</summary>
    public const string EndWithInput = "--end-with-input";

    private const int LongestText = 2000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    /// <summary>The program of which this is a part, also where this runs inside another one (a test).</summary>
    private static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "leafseg-agent");

    /// <returns>What the proof has to say, in words.</returns>
    /// <exception cref="UnprovenException">The model is refused.</exception>
    public async Task<string> ProveAsync(string file, CancellationToken cancellationToken)
    {
        using Process child = Start(file);
        try
        {
            Task<string> output = ReadAsync(child.StandardOutput, cancellationToken);
            Task<string> errors = ReadAsync(child.StandardError, cancellationToken);
            await WatchAsync(child, cancellationToken);
            if (child.ExitCode == (int)ExitCode.Done)
            {
                return await output;
            }

            string said = await errors;
            throw new UnprovenException(child.ExitCode == (int)ExitCode.Model
                ? said.Replace("leafseg-agent: ", "", StringComparison.Ordinal)
                : $"the process in which the model proves itself ended with {child.ExitCode}{(child.ExitCode > 128 ? $" (signal {child.ExitCode - 128})" : "")}; expected a proof{(said.Length > 0 ? $". It said: {said}" : "")}");
        }
        finally
        {
            Kill(child);
        }
    }

    private Process Start(string file)
    {
        ProcessStartInfo start = new("nice", ["-n", "5", Program, "prove", file, EndWithInput])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string setting, object? value) in Settings())
        {
            start.Environment[$"{EnvironmentVariables.Prefix}{setting}"] = Convert.ToString(value, CultureInfo.InvariantCulture);
        }

        return Process.Start(start) ?? throw new UnprovenException($"{Program}: does not start; expected the agent's program");
    }

    /// <summary>The settings that count for a proof, as the environment has them.</summary>
    private IEnumerable<(string Setting, object? Value)> Settings()
    {
        yield return ("stateFolder", stateFolder);
        yield return ("model__provider", model.Provider);
        yield return ("model__threads", model.Threads);
        if (model.ScoreThreshold is { } threshold)
        {
            yield return ("model__scoreThreshold", threshold);
        }

        yield return ("updates__proof__maxFileMegabytes", limits.MaxFileMegabytes);
        yield return ("updates__proof__maxNodes", limits.MaxNodes);
        if (limits.MaxInferMs is { } inferMs)
        {
            yield return ("updates__proof__maxInferMs", inferMs);
        }
    }

    private async Task WatchAsync(Process child, CancellationToken cancellationToken)
    {
        long begin = Stopwatch.GetTimestamp();
        Task exited = child.WaitForExitAsync(cancellationToken);
        while (await Task.WhenAny(exited, Task.Delay(Look, cancellationToken)) != exited)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(begin).TotalSeconds > limits.Seconds)
            {
                throw new UnprovenException($"found no proof after {limits.Seconds} s; expected one by then (updates.proof.seconds)");
            }

            if (MemoryOf(child) > limits.MaxMegabytes * 1e6)
            {
                throw new UnprovenException($"found more than {limits.MaxMegabytes} MB of memory in use; expected less (updates.proof.maxMegabytes)");
            }
        }

        await exited;
    }

    /// <returns>Bytes; 0 where it has ended.</returns>
    private static long MemoryOf(Process child)
    {
        try
        {
            child.Refresh();
            return child.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0; // At this very moment, too: asking first whether it has ended does not help.
        }
    }

    /// <summary>All is read, so that the child never waits for that; what is too long is dropped.</summary>
    private static async Task<string> ReadAsync(StreamReader from, CancellationToken cancellationToken)
    {
        StringBuilder text = new();
        char[] buffer = new char[LongestText];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and int count)
        {
            text.Append(buffer, 0, Math.Min(count, LongestText - text.Length));
        }

        return text.ToString().Trim();
    }

    private static void Kill(Process child)
    {
        if (!child.HasExited)
        {
            child.Kill(entireProcessTree: true);
        }
    }
}
