using LeafSeg.Common.Messages;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Updates.Store;

namespace LeafSeg.EdgeAgent.Updates.Trial;

/// <summary>Brings a new model into use, watches its first captures, and goes back at the first that fails.</summary>
internal sealed partial class ProbationWatch : IDisposable
{
    private readonly ModelStore store;
    private readonly UpdateJournal journal;
    private readonly ModelInUse models;
    private readonly Func<string, LeafModel> open;
    private readonly Func<string> startFile;
    private readonly int captures;
    private readonly TimeProvider time;
    private readonly ILogger<ProbationWatch> log;
    private readonly Lock gate = new();
    private int left;

    public ProbationWatch(
        ModelStore store, UpdateJournal journal, ModelInUse models, Func<string, LeafModel> open, Func<string> startFile, TrialOptions options, TimeProvider time, ILogger<ProbationWatch> log)
    {
        (this.store, this.journal, this.models, this.open, this.startFile) = (store, journal, models, open, startFile);
        (captures, this.time, this.log) = (options.ProbationCaptures, time, log);
        left = journal.State.Probation?.CapturesLeft ?? 0;
        models.Measured += OnMeasured;
        models.Failed += OnFailed;
    }

    /// <summary>
    /// Makes a model the one in use. Each step leaves a state that the next start understands (<see cref="StartingModel"/>).
    /// </summary>
    /// <exception cref="IOException">The disk refuses; the old model continues.</exception>
    public void Switch(LeafModel next, string requestId)
    {
        lock (gate)
        {
            // Nothing that is on probation itself is good to go back to.
            if (journal.State.Probation is null || store.LastGood is null)
            {
                store.KeepAsLastGood(store.Has(models.Current.Digest) ? models.Current.Digest : store.Adopt(startFile()));
            }

            if (captures > 0)
            {
                journal.Change(state => state with { Probation = new Probation(requestId, next.Digest, captures, IsRunning: true) });
            }

            store.Activate(next.Digest);
            string? proof = journal.State.Reason;
            double minutes = journal.State.Request is { } request ? (time.GetUtcNow() - request.Time).TotalMinutes : 0;
            LeafModel old = models.Replace(next);
            left = captures;
            LogSwitched(Name(old), Name(next), requestId, minutes, proof, captures);
            journal.Change(state => state.Ended(ModelState.Active, captures > 0 ? $"on probation for {captures} captures" : null, time.GetUtcNow()) with
            {
                Probation = captures > 0 ? state.Probation : null,
            });
            old.Dispose();
        }
    }

    /// <summary>Goes back from a model that was withdrawn. Whichever step is the last one, the next start measures with one of the two.</summary>
    /// <param name="older">Measures from now on.</param>
    /// <param name="file">Its file.</param>
    /// <param name="reason">Why.</param>
    /// <exception cref="IOException">The disk refuses; the withdrawn model continues.</exception>
    public void Recall(LeafModel older, string file, string reason)
    {
        lock (gate)
        {
            string withdrawn = models.Current.Digest;
            string digest = store.Has(older.Digest) ? older.Digest : store.Adopt(file);
            store.KeepAsLastGood(digest);
            store.Activate(digest);
            LeafModel old = models.Replace(older);
            LogRecalled(Name(old), Name(older), reason);
            try
            {
                journal.Change(state => (state.Request is not null && !state.IsOpen && state.Digest == withdrawn ? state.Ended(ModelState.RolledBack, reason, time.GetUtcNow()) : state) with
                {
                    Probation = null,
                });
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The older one measures by now, whatever the journal records.
                LogDisk(e.Message);
            }

            old.Dispose();
        }
    }

    /// <summary>An orderly end is not held against the model, unless the disk does not take a word of it.</summary>
    public void Pause()
    {
        lock (gate)
        {
            try
            {
                journal.Change(state => state.Probation is { } probation ? state with { Probation = probation with { IsRunning = false, CapturesLeft = left } } : state);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogDisk(e.Message);
            }
        }
    }

    public void Dispose()
    {
        models.Measured -= OnMeasured;
        models.Failed -= OnFailed;
    }

    private void OnMeasured(Frame frame, Measurement measurement)
    {
        lock (gate)
        {
            // What the model before was still measuring while it was replaced is no evidence of this one.
            if (journal.State.Probation is not { } probation || measurement.Model.Digest != probation.Digest || --left > 0)
            {
                return;
            }

            try
            {
                journal.Change(state => state with
                {
                    Probation = null,
                    Reason = state.Request?.RequestId == probation.RequestId ? "has passed its probation" : state.Reason,
                });
                LogPassed(Name(models.Current), captures);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                left = 1;
                LogDisk(e.Message);
            }
        }
    }

    private void OnFailed(string digest, string reason)
    {
        lock (gate)
        {
            if (journal.State.Probation?.Digest != digest || store.LastGood is not { } good)
            {
                return;
            }

            LeafModel? old = null;
            try
            {
                old = open(store.PathOf(good));
                StartingModel.GoBack(store, journal, time, $"a capture failed while the model was on probation: {reason}");
                LeafModel failed = models.Replace(old);
                LogBack(Name(failed), Name(old), reason);
                failed.Dispose();
                old = null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelFileException)
            {
                LogDisk(e.Message);
            }
            finally
            {
                old?.Dispose();
            }
        }
    }

    private static string Name(LeafModel model) => $"{model.Metadata.Name} {model.Metadata.Version}";

    [LoggerMessage(803, LogLevel.Information,
        "Model {From} is replaced by {To} (request {Request}), {Minutes:0.0} minutes after it was requested: {Proof}; on probation for {Captures} captures")]
    private partial void LogSwitched(string from, string to, string request, double minutes, string? proof, int captures);

    [LoggerMessage(804, LogLevel.Information, "Model {Model} has passed its probation of {Captures} captures")]
    private partial void LogPassed(string model, int captures);

    [LoggerMessage(801, LogLevel.Error, "Rolled back from model {From} to the last good one, {To}: {Reason}")]
    private partial void LogBack(string from, string to, string reason);

    [LoggerMessage(805, LogLevel.Warning, "Rolled back from model {From} to {To}: {Reason}")]
    private partial void LogRecalled(string from, string to, string reason);

    [LoggerMessage(802, LogLevel.Error, "The model store cannot be changed: {Reason}")]
    private partial void LogDisk(string reason);
}
