using Microsoft.Extensions.Logging;

namespace LeafSeg.EdgeAgent.Tests;

/// <summary>A log in which a test can wait for an event.</summary>
internal sealed class LoggedEvents<T> : ILogger<T>
{
    private readonly Lock gate = new();
    private readonly List<int> seen = [];
    private TaskCompletionSource another = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (gate)
        {
            seen.Add(eventId.Id);
            another.SetResult();
            another = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Returns once the event has been logged.</summary>
    public async Task WhenAsync(int eventId, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (seen.Contains(eventId))
                {
                    return;
                }

                next = another.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }
}
