using LeafSeg.Common.Messages;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Updates.Store;

namespace LeafSeg.EdgeAgent.Updates.Trial;

/// <summary>
/// Finds the model to start with, and judges what the last run left behind: an agent that died while a model was on
/// probation, whatever of, goes back to the one before.
/// </summary>
internal static partial class StartingModel
{
    /// <summary>Once may have been the power.</summary>
    private const int DeathsOnTrial = 2;

    /// <summary>Which models were found to see their golden cases on this processor.</summary>
    public static ProofMemory Proofs(string stateFolder) => new(Path.Combine(stateFolder, "proofs.json"));

    /// <exception cref="AgentException">Not even the model that the settings name can be used.</exception>
    public static LeafModel Open(ModelOptions options, string stateFolder, ModelStore store, UpdateJournal journal, TimeProvider time, ILogger log)
    {
        JudgeProbation(store, journal, time);
        JudgeTrial(store, journal, time);
        ProofMemory proofs = Proofs(stateFolder);
        foreach (string digest in new[] { store.Active, store.LastGood }.OfType<string>().Distinct())
        {
            try
            {
                LeafModel model = ProvenModel.Open(store.PathOf(digest), options.ForSession(stateFolder), proofs);
                if ((model.InPlaceOf ?? model.Digest) == digest)
                {
                    // Also the name must be right: a switch begins with what is active.
                    if (digest != store.Active)
                    {
                        GoBack(store, journal, time, "the model in use could not be opened at the start of the agent");
                    }

                    return model;
                }

                model.Dispose();
                LogPassedOver(log, $"{store.PathOf(digest)}: found other bytes than its name says");
            }
            catch (ModelFileException e)
            {
                LogPassedOver(log, e.Message);
            }
        }

        try
        {
            LeafModel model = ProvenModel.Open(FileOf(options), options.ForSession(stateFolder), proofs);
            if (model.FileNote is { } note)
            {
                LogInPlace(log, note);
            }

            return model;
        }
        catch (ModelFileException e)
        {
            throw new AgentException(ExitCode.Model, $"model.file (--model): {e.Message}", e);
        }
    }

    /// <summary>The model file that the settings name, where no update has brought another.</summary>
    /// <exception cref="AgentException">There is none.</exception>
    public static string FileOf(ModelOptions options) => options.File ?? InstalledModels.Newest(InstalledModels.FolderFor(options.Provider));

    /// <summary>
    /// Leaves the active model for the last good one. In this order, so that a death at any point is judged alike at the
    /// next start: the failure first, then the name, then the end of the request.
    /// </summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void GoBack(ModelStore store, UpdateJournal journal, TimeProvider time, string reason)
    {
        if (store.Active is { } bad)
        {
            store.Fail(bad, reason, time.GetUtcNow());
        }

        if (store.LastGood is { } good)
        {
            store.Activate(good);
        }

        EndRolledBack(journal, time, reason);
    }

    private static void JudgeProbation(ModelStore store, UpdateJournal journal, TimeProvider time)
    {
        if (journal.State.Probation is not { } probation)
        {
            return;
        }

        if (probation.Digest != store.Active)
        {
            if (store.Failed.LastOrDefault(failed => failed.Digest == probation.Digest) is { } failed)
            {
                EndRolledBack(journal, time, failed.Reason);
            }
            else
            {
                journal.Change(state => state with { Probation = null });
            }
        }
        else if (probation.IsRunning)
        {
            GoBack(store, journal, time, "the agent ended without a word while the model was on probation");
        }
        else
        {
            // From here on a death counts again; opening the model is part of it.
            journal.Change(state => state with { Probation = probation with { IsRunning = true } });
        }
    }

    private static void JudgeTrial(ModelStore store, UpdateJournal journal, TimeProvider time)
    {
        if (journal.State is not { IsOpen: true, IsRunning: true } state)
        {
            return;
        }

        if (state.Deaths + 1 < DeathsOnTrial)
        {
            journal.Change(now => now with { IsRunning = false, Deaths = now.Deaths + 1, State = ModelState.Accepted });
            return;
        }

        const string Reason = "the agent ended without a word twice while the model was on trial";
        store.Fail(state.Digest!, Reason, time.GetUtcNow());
        journal.Change(now => now.Ended(ModelState.Refused, Reason, time.GetUtcNow()));
    }

    private static void EndRolledBack(UpdateJournal journal, TimeProvider time, string reason) => journal.Change(state =>
    {
        bool isItsOwn = state.Request is { } request && request.RequestId == state.Probation?.RequestId;
        return (isItsOwn ? state.Ended(ModelState.RolledBack, reason, time.GetUtcNow()) : state) with { Probation = null };
    });

    [LoggerMessage(822, LogLevel.Warning, "{Note}")]
    private static partial void LogInPlace(ILogger log, string note);

    [LoggerMessage(821, LogLevel.Error, "A model is skipped, and the previous one is used: {Reason}")]
    private static partial void LogPassedOver(ILogger log, string reason);
}
