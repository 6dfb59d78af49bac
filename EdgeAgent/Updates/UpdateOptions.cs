using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Updates.Proof;
using LeafSeg.EdgeAgent.Updates.Trial;
using LeafSeg.EdgeAgent.Updates.Tuf;

namespace LeafSeg.EdgeAgent.Updates;

/// <summary>Where new models come from, and what they must show before they measure.</summary>
internal sealed record UpdateOptions
{
    /// <summary>Where the repository's metadata is: https://, or a folder such as a USB stick's; null: no updates.</summary>
    public string? MetadataUrl { get; init; }

    /// <summary>Where its targets are; null: in the folder "targets" beside that of the metadata.</summary>
    public string? TargetsUrl { get; init; }

    /// <summary>The root.json that trust begins with; read once, then the store in the state folder counts.</summary>
    public string? RootFile { get; init; }

    /// <summary>How often a request that has to wait (clock, repository, rollout) is looked at again.</summary>
    public double RetryMinutes { get; init; } = 15;

    /// <summary>How often a rig looks whether the model that it measures with was withdrawn; 0: never.</summary>
    public double WithdrawalCheckHours { get; init; } = 6;

    /// <summary>All models on this rig together.</summary>
    public double StoreMegabytes { get; init; } = 1024;

    public RepositoryOptions Repository { get; init; } = new();

    public ProofOptions Proof { get; init; } = new();

    public TrialOptions Trial { get; init; } = new();

    public string TargetsLocation => TargetsUrl ?? $"{MetadataUrl![..(MetadataUrl!.TrimEnd('/').LastIndexOf('/') + 1)]}targets";

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (MetadataUrl is not null && RootFile is null)
        {
            yield return new SettingProblem($"{name}.rootFile", RootFile, $"the root.json that trust begins with, since there is a {name}.metadataUrl");
        }

        if (MetadataUrl is not null && RepositorySource.Expected(MetadataUrl, Repository) is { } metadata)
        {
            yield return new SettingProblem($"{name}.metadataUrl", MetadataUrl, metadata);
        }

        if (TargetsUrl is not null && RepositorySource.Expected(TargetsUrl, Repository) is { } targets)
        {
            yield return new SettingProblem($"{name}.targetsUrl", TargetsUrl, targets);
        }

        if (RootFile is not null && !File.Exists(RootFile))
        {
            yield return new SettingProblem($"{name}.rootFile", RootFile, "a file that is there");
        }

        if (MetadataUrl is not null && TargetsUrl is null && !MetadataUrl.TrimEnd('/').Contains('/'))
        {
            yield return new SettingProblem($"{name}.targetsUrl", TargetsUrl, $"where the targets are: {name}.metadataUrl has no folder beside which they could lie");
        }

        if (RetryMinutes is not (> 0 and <= 10_080))
        {
            yield return new SettingProblem($"{name}.retryMinutes", RetryMinutes, "more than 0 and up to 10080 minutes");
        }

        if (WithdrawalCheckHours is not (>= 0 and <= 720))
        {
            yield return new SettingProblem($"{name}.withdrawalCheckHours", WithdrawalCheckHours, "0 (never) to 720 hours");
        }

        if (!(StoreMegabytes > 0))
        {
            yield return new SettingProblem($"{name}.storeMegabytes", StoreMegabytes, "more than 0");
        }

        foreach (SettingProblem problem in Repository.Problems($"{name}.repository")
            .Concat(Proof.Problems($"{name}.proof"))
            .Concat(Trial.Problems($"{name}.trial")))
        {
            yield return problem;
        }
    }
}
