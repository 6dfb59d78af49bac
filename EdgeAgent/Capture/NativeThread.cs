using System.Collections.Concurrent;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>
/// A thread for native calls that may block for ever. A caller gives up at its deadline; the thread is
/// then left behind, and tidies up by itself if the call ever returns.
/// </summary>
internal sealed class NativeThread : IDisposable
{
    private readonly BlockingCollection<Action> calls = [];
    private readonly Thread thread;

    /// <param name="name">The thread's name.</param>
    /// <param name="tidyUp">Run on the thread when it ends.</param>
    public NativeThread(string name, Action tidyUp)
    {
        thread = new Thread(() =>
        {
            foreach (Action call in calls.GetConsumingEnumerable())
            {
                call();
            }

            tidyUp();
        })
        { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <summary>False once the last call has returned and all is tidied up.</summary>
    public bool IsRunning => thread.IsAlive;

    /// <exception cref="TimeoutException">The call has not returned by the deadline.</exception>
    public Task<T> RunAsync<T>(Func<T> call, TimeSpan deadline, CancellationToken cancellationToken)
    {
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        calls.Add(
            () =>
            {
                try
                {
                    result.TrySetResult(call());
                }
#pragma warning disable CA1031 // Whatever it is, it belongs to the one who waits.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    result.TrySetException(e);
                }
            },
            cancellationToken);
        return result.Task.WaitAsync(deadline, cancellationToken);
    }

    /// <summary>Lets the thread end after the call that it is in; does not wait for that.</summary>
    public void Dispose() => calls.CompleteAdding();
}
