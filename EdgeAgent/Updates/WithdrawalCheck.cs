using LeafSeg.Common.Models;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tuf;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Updates.Store;
using LeafSeg.EdgeAgent.Updates.Trial;

namespace LeafSeg.EdgeAgent.Updates;

/// <summary>
/// Looks whether the model in use was withdrawn, and goes back to the newest one that is still listed, has measured on this rig
/// before, and is in the store; to the program's own where there is none.
/// </summary>
internal sealed partial class WithdrawalCheck(
    RigName rig,
    ModelStore store,
    UpdateJournal journal,
    ModelInUse models,
    Func<ModelRepository> openRepository,
    Func<string, LeafModel> open,
    Func<string> ownFile,
    ProbationWatch probation,
    ILogger<WithdrawalCheck> log)
{
    /// <exception cref="OperationCanceledException">A request came, or the agent stops.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (ReleaseOf(models.Current.Digest) is not { } current)
        {
            return; // It came with the program.
        }

        try
        {
            using ModelRepository repository = openRepository();
            await repository.Client.RefreshAsync(cancellationToken);
            if (await repository.Client.IsRecalledAsync(current.Target, cancellationToken))
            {
                await GoBackAsync(current, repository, cancellationToken);
            }
        }
        catch (TufException e)
        {
            LogUnknown(e.Message);
        }
    }

    private async Task GoBackAsync(UpdateEnd current, ModelRepository repository, CancellationToken cancellationToken)
    {
        List<string> files = [];
        List<(DateTimeOffset Created, string File)> listed = [];
        foreach (UpdateEnd release in journal.State.History.Where(end => end is { State: ModelState.Active, Digest: not null } && end.Digest != current.Digest).DistinctBy(end => end.Digest))
        {
            if (store.Has(release.Digest!) && store.Failed.All(failed => failed.Digest != release.Digest) && await ListedAsync(release, repository, cancellationToken) is { } terms)
            {
                listed.Add((terms.Created, store.PathOf(release.Digest!)));
            }
        }

        files.AddRange(listed.OrderByDescending(release => release.Created).Select(release => release.File));
        files.Add(ownFile());
        foreach (string file in files)
        {
            LeafModel? older = null;
            try
            {
                older = await Task.Run(() => open(file), cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                if (older.Digest != current.Digest)
                {
                    probation.Recall(older, file, $"version {current.Version} was withdrawn");
                    older = null;
                    return;
                }
            }
            catch (ModelFileException e)
            {
                LogPassedOver(e.Message);
            }
            finally
            {
                older?.Dispose();
            }
        }

        LogNone(current.Version);
    }

    /// <summary>The release that brought a model into use.</summary>
    private UpdateEnd? ReleaseOf(string digest) => journal.State.History.LastOrDefault(end => end.State == ModelState.Active && end.Digest == digest);

    private async Task<ReleaseTerms?> ListedAsync(UpdateEnd release, ModelRepository repository, CancellationToken cancellationToken)
    {
        try
        {
            TargetFile target = await repository.Client.FindAsync(release.Target, cancellationToken);
            ReleaseTerms terms = ReleaseTerms.Read(target);
            return $"sha256:{target.Hashes.First}" == release.Digest && terms.IsFor(rig.Site, rig.Rig) ? terms : null;
        }
        catch (TufException e) when (e.Refusal is TufRefusal.NoSuchTarget or TufRefusal.Malformed)
        {
            return null;
        }
    }

    [LoggerMessage(841, LogLevel.Information, "Whether the model in use was withdrawn cannot be found out: {Reason}")]
    private partial void LogUnknown(string reason);

    [LoggerMessage(842, LogLevel.Warning, "A model to roll back to is skipped: {Reason}")]
    private partial void LogPassedOver(string reason);

    [LoggerMessage(843, LogLevel.Warning, "Model {Version} was withdrawn, and there is none to roll back to: it stays in use")]
    private partial void LogNone(string version);
}
