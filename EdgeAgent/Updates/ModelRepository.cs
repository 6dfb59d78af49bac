using LeafSeg.Common.Tuf;
using LeafSeg.EdgeAgent.Updates.Tuf;

namespace LeafSeg.EdgeAgent.Updates;

/// <summary>The repository that the settings name, with what this rig trusts of it.</summary>
internal sealed record ModelRepository(TufClient Client, RepositorySource Metadata, RepositorySource Targets) : IDisposable
{
    /// <exception cref="TufException">The settings name something that cannot be used.</exception>
    public static ModelRepository Open(UpdateOptions options, string trustedFolder, TimeProvider time)
    {
        MetadataStore trusted = new(trustedFolder);
        if (trusted.Read(RoleName.Root) is null)
        {
            trusted.Initialise(File.ReadAllBytes(options.RootFile!));
        }

        RepositorySource metadata = RepositorySource.Open(options.MetadataUrl!, options.Repository);
        RepositorySource targets = RepositorySource.Open(options.TargetsLocation, options.Repository);
        TufClient client = new(trusted, metadata, new Fetcher(options.Repository, time), UpdateClock.OfRig(time, options.Repository));
        return new ModelRepository(client, metadata, targets);
    }

    public void Dispose()
    {
        Metadata.Dispose();
        Targets.Dispose();
    }
}
