using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>Runs a command that Ctrl-C ends at once, also while it waits for a passphrase: a repository outlives every moment.</summary>
internal static class Interruptible
{
    public static async Task<int> RunAsync(Func<int> run, CancellationToken cancellation)
    {
        try
        {
            return await Task.Run(() => FileFault.Report(run), CancellationToken.None).WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted. What is live is unchanged; leafseg-train release show lists what is staged.");
            return ExitCode.Interrupted;
        }
    }
}
