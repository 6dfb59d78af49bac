using System.Runtime.InteropServices;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary>Work that Ctrl-C ends in its own way: what it has begun is taken back before the program ends.</summary>
internal static class InterruptibleWork
{
    public static Task<int> RunAsync(Action<CancellationToken> work, CancellationToken cancellationToken) =>
        RunAsync(token => Task.Run(() => work(token), CancellationToken.None), cancellationToken);

    public static Task<int> RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken) => RunAsync(work, ExitCode.Interrupted, cancellationToken);

    /// <summary>The same for a service, which ends when it is stopped: SIGTERM is its usual end.</summary>
    public static Task<int> ServeAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken) => RunAsync(work, ExitCode.Done, cancellationToken);

    private static async Task<int> RunAsync(Func<CancellationToken, Task> work, ExitCode whenStopped, CancellationToken cancellationToken)
    {
        ExitCode end = ExitCode.Interrupted;
        using CancellationTokenSource interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = true;
            end = signal.Signal == PosixSignal.SIGTERM ? whenStopped : ExitCode.Interrupted;
            interrupted.Cancel();
        }

        using PosixSignalRegistration ctrlC = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using PosixSignalRegistration stop = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        try
        {
            await work(interrupted.Token);
            return (int)ExitCode.Done;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return (int)end;
        }
    }
}
