using LeafSeg.Common.Downloads;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tuf;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Updates.Proof;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Updates.Store;
using LeafSeg.EdgeAgent.Updates.Trial;

namespace LeafSeg.EdgeAgent.Updates;

/// <summary>
/// Follows one request from its acceptance to its end: find, fetch, verify, prove, try, switch. Whatever ends it early, it
/// begins again from the start and finds done what was done.
/// </summary>
internal sealed class ModelUpdate(
    UpdateOptions options,
    RigName rig,
    ModelStore store,
    UpdateJournal journal,
    ModelInUse models,
    Func<ModelRepository> openRepository,
    Func<string, CancellationToken, Task<string>> prove,
    Func<string, LeafModel> open,
    TrialRun trial,
    ProbationWatch probation,
    TimeProvider time)
{
    /// <summary>Returns when the request is at its end, or has to wait; the journal records which, and why.</summary>
    /// <exception cref="OperationCanceledException">Another request came, or the agent stops.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        DesiredModel wanted = journal.State.Request!;
        if (IsInUse(wanted))
        {
            End(ModelState.Active, "it is in use already");
            return;
        }

        if (options.MetadataUrl is null)
        {
            End(ModelState.Refused, "updates.metadataUrl: found nothing; expected where this rig's models come from, so it takes none");
            return;
        }

        try
        {
            await FollowAsync(wanted, cancellationToken);
        }
        catch (TufException e) when (e.Refusal is TufRefusal.Unavailable or TufRefusal.ClockInDoubt or TufRefusal.Expired)
        {
            Wait(e.Message);
        }
        catch (TufException e)
        {
            End(ModelState.Refused, $"{e.Message} [{e.Refusal}]");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Wait(e.Message);
        }
        catch (StoreException e)
        {
            End(ModelState.Refused, e.Message);
        }
        catch (UnprovenException e)
        {
            // First the list: a death between the two must not have it tried once more.
            store.Fail(journal.State.Digest!, e.Message, time.GetUtcNow());
            End(ModelState.Refused, e.Message);
        }
    }

    private async Task FollowAsync(DesiredModel wanted, CancellationToken cancellationToken)
    {
        using ModelRepository repository = openRepository();
        await repository.Client.RefreshAsync(cancellationToken);
        TargetFile target = await repository.Client.FindAsync(wanted.Target, cancellationToken);
        ReleaseTerms terms = ReleaseTerms.Read(target);
        string digest = DigestOf(target);
        Go(ModelState.Accepted, digest);
        if (Objection(wanted, terms, digest) is { } objection)
        {
            End(ModelState.Refused, objection);
            return;
        }

        if (!terms.IsDueAt(wanted.Target, rig.Site, rig.Rig))
        {
            Wait($"the release is for {terms.RolloutPercent} % of the rigs, and this one comes at {Rollout.PlaceOf(wanted.Target, rig.Site, rig.Rig) + 1} %");
            return;
        }

        if (digest == models.Current.Digest)
        {
            End(ModelState.Active, "it is in use already");
            return;
        }

        store.Forgive(digest);
        string file = await FetchAsync(repository, target, digest, cancellationToken);
        Go(ModelState.Proving, digest);
        string proof = await prove(file, cancellationToken);
        await TryAndSwitchAsync(wanted, repository, digest, proof, cancellationToken);
    }

    /// <summary>Why the release is not for this rig; null where nothing speaks against it.</summary>
    private string? Objection(DesiredModel wanted, ReleaseTerms terms, string digest)
    {
        if (terms.Version != wanted.Version)
        {
            return $"{wanted.Target}: found version {terms.Version}; expected {wanted.Version}, as asked for";
        }

        if (!ModelMetadata.KnownContracts.Contains(terms.Contract))
        {
            return $"{wanted.Target}: written for contract \"{terms.Contract}\", this program knows {string.Join(" and ", ModelMetadata.KnownContracts.Select(known => $"\"{known}\""))}; update the program first";
        }

        if (!terms.IsFor(rig.Site, rig.Rig))
        {
            return $"{wanted.Target}: found to be for {string.Join(", ", terms.Rigs)}; expected {rig.Site}/{rig.Rig} among them";
        }

        return !wanted.Retry && store.Failed.LastOrDefault(failed => failed.Digest == digest) is { } failed
            ? $"it has failed on this rig before ({failed.Time:yyyy-MM-dd}: {failed.Reason}); ask with \"retry\": true to have it tried again"
            : null;
    }

    private async Task<string> FetchAsync(ModelRepository repository, TargetFile target, string digest, CancellationToken cancellationToken)
    {
        string incoming = store.ClearIncoming(digest);
        string file = store.PathOf(digest);
        if (store.Has(digest) && await Task.Run(() => ModelStore.DigestOf(file), cancellationToken) == digest)
        {
            // An earlier run may have died while it cleared away.
            store.ClearIncoming(wanted: null);
            return file;
        }

        if (target.Length > options.Proof.MaxFileMegabytes * 1e6)
        {
            throw new StoreException($"{target.Path}: found a length of {target.Length} bytes; expected {options.Proof.MaxFileMegabytes} MB at most (updates.proof.maxFileMegabytes)");
        }

        store.MakeRoom(target.Length, (long)(options.StoreMegabytes * 1e6), digest);
        Go(ModelState.Downloading, digest);
        string fetched = await repository.Client.DownloadAsync(target, repository.Targets, incoming, new Percent(journal, target.Length), cancellationToken);
        Go(ModelState.Verifying, digest);
        string found = await Task.Run(() => store.Take(fetched), cancellationToken);
        store.ClearIncoming(wanted: null);
        return found == digest ? file : throw new TufException(TufRefusal.WrongBytes, $"{target.Path}: found the digest {found}; expected {digest}");
    }

    private async Task TryAndSwitchAsync(
        DesiredModel wanted, ModelRepository repository, string digest, string proof, CancellationToken cancellationToken)
    {
        // From here on the model runs inside the agent: written down before, so that a death is judged at the next start.
        journal.Change(state => state with { State = ModelState.Trial, Reason = proof, IsRunning = true });
        LeafModel? candidate = null;
        try
        {
            candidate = await Task.Run(() => Open(digest), cancellationToken);
            if (options.Trial.Captures > 0)
            {
                await trial.RunAsync(candidate, figures => journal.Show(state => state with { Trial = figures }), cancellationToken);
            }

            await RequireStillListedAsync(wanted, repository, digest, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            probation.Switch(candidate, wanted.RequestId);
            candidate = null;
        }
        finally
        {
            candidate?.Dispose();
            if (journal.State.IsOpen)
            {
                journal.Change(state => state with { IsRunning = false });
            }
        }
    }

    private LeafModel Open(string digest)
    {
        try
        {
            return open(store.PathOf(digest));
        }
        catch (ModelFileException e)
        {
            throw new UnprovenException(e.Message, e);
        }
    }

    /// <summary>A trial may take days; who has withdrawn the model meanwhile does not want it to take over.</summary>
    private static async Task RequireStillListedAsync(DesiredModel wanted, ModelRepository repository, string digest, CancellationToken cancellationToken)
    {
        try
        {
            await repository.Client.RefreshAsync(cancellationToken);
        }
        catch (TufException e) when (e.Refusal is TufRefusal.Unavailable or TufRefusal.ClockInDoubt)
        {
            return; // What was signed still holds.
        }

        if (DigestOf(await repository.Client.FindAsync(wanted.Target, cancellationToken)) != digest)
        {
            throw new TufException(TufRefusal.WrongVersion, $"{wanted.Target}: found another file listed than the one that was tried; expected the same");
        }
    }

    private static string DigestOf(TargetFile target)
    {
        string digest = $"sha256:{target.Hashes.First}";
        return ModelStore.IsDigest(digest) ? digest : throw new TufException(TufRefusal.Malformed, $"{target.Path}: found no sha256; expected one, first of its hashes");
    }

    /// <summary>Known without asking anybody: the last request that brought a model into use named the same.</summary>
    private bool IsInUse(DesiredModel wanted) => journal.State.History.LastOrDefault(end => end.State == ModelState.Active) is { } last
        && (last.Target, last.Version, last.Digest) == (wanted.Target, wanted.Version, models.Current.Digest);

    private void Go(ModelState to, string digest) => journal.Change(state => state with { State = to, Digest = digest, Reason = null, Progress = null });

    private void Wait(string reason) => journal.Change(state => state with { State = ModelState.Accepted, Reason = $"waits: {reason}", Progress = null });

    private void End(ModelState how, string reason)
    {
        journal.Change(state => (how == ModelState.Active ? state with { Digest = models.Current.Digest } : state).Ended(how, reason, time.GetUtcNow()));
        store.ClearIncoming(wanted: null);
    }

    /// <summary>Steps of ten percent: each is a message.</summary>
    private sealed class Percent(UpdateJournal journal, long length) : IProgress<DownloadProgress>
    {
        private const int Step = 10;

        public void Report(DownloadProgress value)
        {
            int percent = length == 0 ? 100 : (int)(100 * value.Done / length / Step * Step);
            if (percent != journal.State.Progress)
            {
                journal.Show(state => state with { Progress = percent });
            }
        }
    }
}
