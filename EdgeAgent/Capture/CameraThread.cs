using System.Globalization;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>The thread on which a camera's native library is called; one that hangs in a call is left behind, and the next opening gets another.</summary>
/// <param name="name">The camera's, as it may be logged.</param>
/// <param name="deadline">A call that takes longer hangs.</param>
/// <param name="setting">Full name of the setting, for messages.</param>
/// <param name="margin">Time beyond it for what the library does by itself.</param>
internal sealed class CameraThread(string name, TimeSpan deadline, string setting, TimeSpan margin = default) : IDisposable
{
    /// <summary>Threads that hang in a native call; more would only eat memory.</summary>
    private const int MostHanging = 3;

    private readonly List<NativeThread> hanging = [];
    private NativeThread? thread;
    private bool isStuck;

    /// <summary>It can take a call.</summary>
    public bool IsUsable => thread is not null && !isStuck;

    /// <summary>Begins a new thread in place of the last one.</summary>
    /// <param name="tidyUp">Run on the new thread when it ends.</param>
    /// <exception cref="CameraException">Too many hang already.</exception>
    public void Start(Action tidyUp)
    {
        Stop();
        hanging.RemoveAll(t => !t.IsRunning);
        if (hanging.Count >= MostHanging)
        {
            throw new CameraException($"{name}: {hanging.Count} reads hang inside the driver; unplug the camera or restart the machine")
            {
                NeedsNewProcess = true,
            };
        }

        thread = new NativeThread("camera", tidyUp);
        isStuck = false;
    }

    /// <param name="call">What is done on the thread.</param>
    /// <param name="awaited">What it gives, for the message.</param>
    /// <param name="cancellationToken">Ends the waiting, not the call.</param>
    /// <exception cref="CameraException">It has not returned by the deadline, or there is no thread.</exception>
    public async Task<T> RunAsync<T>(Func<T> call, string awaited, CancellationToken cancellationToken)
    {
        try
        {
            return await (thread ?? throw new CameraException($"{name}: not open")).RunAsync(call, deadline + margin, cancellationToken);
        }
        catch (TimeoutException)
        {
            isStuck = true;
            throw new CameraException(string.Create(CultureInfo.InvariantCulture, $"{name}: not {awaited} within {deadline.TotalSeconds:0.#} s ({setting})"));
        }
    }

    public void Dispose() => Stop();

    /// <summary>Lets the thread end after the call that it is in, and does not wait for that.</summary>
    public void Stop()
    {
        if (thread is null)
        {
            return;
        }

        thread.Dispose();
        hanging.Add(thread);
        thread = null;
    }
}
