using System.Threading.Channels;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Updates.Trial;

namespace LeafSeg.EdgeAgent.Updates;

/// <summary>
/// Takes what is wanted from the broker and follows the newest request. A model goes through <see cref="ModelUpdate"/>; what
/// is known of it across the end of the process is in <see cref="UpdateJournal"/>; <see cref="StartingModel"/> judges that.
/// </summary>
internal sealed partial class UpdateLoop(
    UpdateRequestHandler requests,
    UpdateJournal journal,
    ModelUpdate update,
    WithdrawalCheck withdrawal,
    ProbationWatch probation,
    UpdateOptions options,
    TimeProvider time,
    ILogger<UpdateLoop> log) : BackgroundService
{
    /// <summary>The topic is retained: of many the newest counts.</summary>
    private const int Waiting = 16;

    private readonly Channel<byte[]> inbox = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Lock gate = new();
    private CancellationTokenSource? step;
    private byte[]? untaken;
    private bool isBusy;
    private long? withdrawalCheckedAt;

    /// <summary>A message on model/desired has come; returns at once.</summary>
    public void Desired(ReadOnlySpan<byte> payload)
    {
        inbox.Writer.TryWrite(payload.ToArray());
        bool isNews = requests.IsNews(payload);
        lock (gate)
        {
            // Work under way is not disturbed by a request that says nothing new: that is taken after it.
            if (isNews || !isBusy)
            {
                _ = step?.CancelAsync(); // Not here: what then continues (files, network) would do so on the caller's thread, which is the connection's.
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        probation.Pause();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await StepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Ends when the request is done, has to wait no longer, or a message comes.</summary>
    private async Task StepAsync(CancellationToken stoppingToken)
    {
        using CancellationTokenSource own = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        lock (gate)
        {
            step = own;
        }

        try
        {
            // Kept until it is taken: the broker does not send it again because the disk was full.
            while (untaken is not null || inbox.Reader.TryRead(out untaken))
            {
                if (requests.Take(untaken) is { } why)
                {
                    LogNotFollowed(why);
                }

                untaken = null;
            }

            if (journal.State.IsOpen)
            {
                await UndisturbedAsync(FollowAsync, own.Token);
            }

            if (UntilWithdrawalCheck() == TimeSpan.Zero && !journal.State.IsOpen && inbox.Reader.Count == 0)
            {
                await UndisturbedAsync(withdrawal.RunAsync, own.Token);
                withdrawalCheckedAt = time.GetTimestamp();
            }

            TimeSpan wait = journal.State.IsOpen ? TimeSpan.FromMinutes(options.RetryMinutes) : UntilWithdrawalCheck();
            if (inbox.Reader.Count == 0)
            {
                await Task.Delay(wait, time, own.Token);
            }
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // A message came.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever is wrong with an update, the rig measures on.
            if (e is IOException or UnauthorizedAccessException)
            {
                LogDisk(e.Message);
            }
            else
            {
                LogUnexpected(e);
            }

            await Task.Delay(TimeSpan.FromMinutes(options.RetryMinutes), time, own.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            lock (gate)
            {
                step = null;
            }
        }
    }

    /// <summary>Until the next look for a withdrawal; endless where there is none.</summary>
    private TimeSpan UntilWithdrawalCheck()
    {
        if (options is not { MetadataUrl: not null, WithdrawalCheckHours: > 0 })
        {
            return Timeout.InfiniteTimeSpan;
        }

        TimeSpan left = withdrawalCheckedAt is { } at ? TimeSpan.FromHours(options.WithdrawalCheckHours) - time.GetElapsedTime(at) : TimeSpan.Zero;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await update.RunAsync(cancellationToken);
        if (journal.State is { State: ModelState.Refused, Request: { } request } refused)
        {
            LogRefused(request.Version, request.RequestId, refused.Reason);
        }
    }

    /// <summary>Work that only a new request breaks off: the broker hands over the retained one at every connection.</summary>
    private async Task UndisturbedAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            isBusy = true;
        }

        try
        {
            await work(cancellationToken);
        }
        finally
        {
            lock (gate)
            {
                isBusy = false;
            }
        }
    }

    [LoggerMessage(811, LogLevel.Warning, "A message on model/desired is ignored: {Reason}")]
    private partial void LogNotFollowed(string reason);

    [LoggerMessage(814, LogLevel.Warning, "Model {Version} is refused (request {Request}): {Reason}")]
    private partial void LogRefused(string version, string request, string? reason);

    [LoggerMessage(812, LogLevel.Error, "The update waits for the disk: {Reason}")]
    private partial void LogDisk(string reason);

    [LoggerMessage(813, LogLevel.Error, "The update has failed because of a bug in the program, and is tried again later; please report it with this text")]
    private partial void LogUnexpected(Exception e);
}
