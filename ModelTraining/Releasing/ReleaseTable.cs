using System.Globalization;
using LeafSeg.Common.Models;
using LeafSeg.Common.Tuf;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>What is in a repository, as lines for a terminal.</summary>
internal sealed class ReleaseTable(ReleaseFolder folder, TimeProvider clock)
{
    /// <param name="rig">[2] site and rig, for which each model says whether it may have it; null: none.</param>
    public IEnumerable<string> Lines(string[]? rig = null)
    {
        yield return $"{"role",-20} {"version",7}  {"expires",-20} {"days left",9}  state";
        List<string> listings = [RoleName.Targets];
        if (folder.Planned(RoleName.Targets) is { } targets)
        {
            listings.AddRange(new TargetsMetadata(RoleName.Targets, targets.Bytes).Delegations?.Roles.Select(role => role.Name) ?? []);
        }

        foreach (string role in RoleName.TopLevel.Except([RoleName.Targets]).Concat(listings))
        {
            if (folder.Live(role) is { } live)
            {
                yield return Row(role, new SignedFile(role, live), "live");
            }

            if (folder.Staged(role) is { } staged)
            {
                yield return Row(role, staged, "staged");
            }
        }

        yield return "";
        yield return $"{"model",-44} {"rollout",7}  {"MB",6}  {"SBD",6}  {"|DiC|",6}  {"created",-10}  rigs";
        foreach (string role in listings)
        {
            if (folder.Planned(role) is not { } file)
            {
                continue;
            }

            foreach (TargetFile target in new TargetsMetadata(role, file.Bytes).Targets.Values)
                {
                yield return Row(target);
                if (rig is not null && target.Custom is not null)
                {
                    yield return $"  {rig[0]}/{rig[1]}: {Place(ReleaseTerms.Read(target), target.Path, rig[0], rig[1])}";
                }
            }
        }

        foreach (string missing in new Signatures(folder).Missing())
        {
            yield return $"waits: {missing}";
        }
    }

    /// <summary>Whether a rig may have a release, as the rig itself reckons it.</summary>
    private static string Place(ReleaseTerms terms, string path, string site, string rig)
    {
        if (!terms.IsFor(site, rig))
        {
            return $"not for this rig, but for {string.Join(", ", terms.Rigs)}";
        }

        int from = Rollout.PlaceOf(path, site, rig) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{(terms.IsDueAt(path, site, rig) ? "may have it now" : "waits")} (its place is {from} %, the rollout is at {terms.RolloutPercent} %)");
    }

    private string Row(string role, SignedFile file, string state)
    {
        Metadata metadata = role switch
        {
            RoleName.Root => new RootMetadata(file.Bytes),
            RoleName.Timestamp => new TimestampMetadata(file.Bytes),
            RoleName.Snapshot => new SnapshotMetadata(file.Bytes),
            _ => new TargetsMetadata(role, file.Bytes),
        };
        double days = (metadata.Expires - clock.GetUtcNow()).TotalDays;
        return string.Create(CultureInfo.InvariantCulture,
            $"{role,-20} {metadata.Version,7}  {metadata.Expires:yyyy-MM-dd HH:mm:ss}  {Math.Floor(days),9:0}  {state}{(days <= 0 ? ", EXPIRED" : "")}");
    }

    private static string Row(TargetFile target)
    {
        if (target.Custom is null)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{target.Path,-44} {"",7}  {target.Length / 1e6,6:0.0}");
        }

        ReleaseTerms terms = ReleaseTerms.Read(target);
        return string.Create(CultureInfo.InvariantCulture,
            $"{target.Path,-44} {terms.RolloutPercent,5} %  {target.Length / 1e6,6:0.0}  {terms.Scores.Sbd,6:0.000}  {terms.Scores.AbsoluteDic,6:0.00}  {terms.Created:yyyy-MM-dd}  {string.Join(", ", terms.Rigs)}");
    }
}
