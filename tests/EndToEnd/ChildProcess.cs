using System.Collections.Concurrent;
using System.Diagnostics;

namespace LeafSeg.EndToEnd;

/// <summary>A program under test, with all that it says; killed at the latest with the test.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>Only what never comes is failed by it, however busy the machine is.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();
    private bool disposed;

    public ChildProcess(string program, params IEnumerable<string> arguments)
    {
        // A shell that puts the tests into the background has them, and their children, ignore Ctrl-C.
        ProcessStartInfo start = new("env", ["--default-signal=INT", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public IReadOnlyList<string> Output => [.. output];

    public string Errors => string.Join('\n', errors);

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Waits for the end and gives the exit code.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    /// <summary>Waits until something is true; fails with all that the program said.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> isTrue)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!await isTrue())
        {
            if (waited.Elapsed > Patience)
            {
                Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}.\n{string.Join('\n', output.TakeLast(30))}\n{Errors}");
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until a number is reached, as long as it goes on rising.</summary>
    public async Task ProgressAsync(string what, long target, Func<Task<long>> reached)
    {
        for (long now = await reached(); now < target; now = await reached())
        {
            long before = now;
            await UntilAsync(what, async () => await reached() > before);
        }
    }

    public Task UntilAsync(string what, Func<bool> isTrue) => UntilAsync(what, () => Task.FromResult(isTrue()));

    /// <summary>Sends a signal ("TERM", "INT", "KILL") and waits for the end.</summary>
    public async Task<int> EndAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        return await ExitCodeAsync();
    }

    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.WaitForExit();
        process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
