using LeafSeg.Common.Messages;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>The rigs that a request is for.</summary>
/// <param name="Known">By name; empty where the broker has to say which there are.</param>
/// <param name="StatusFilter">Under which they publish their status, where the broker has to say which there are.</param>
internal sealed record Receivers(IReadOnlyList<Topics> Known, string? StatusFilter)
{
    /// <exception cref="ReleaseException">None or several are given, or a name cannot be one.</exception>
    public static Receivers Of(string? rig, string? site, bool all)
    {
        if (new[] { rig is not null, site is not null, all }.Count(given => given) != 1)
        {
            throw ReleaseException.Argument("Expected one of --rig SITE/RIG, --site SITE and --all.");
        }

        if (all)
        {
            return new Receivers([], $"{Topics.Root}+/+/status");
        }

        if (site is not null)
        {
            return Topics.IsName(site) ? new Receivers([], $"{Topics.Root}{site}/+/status")
                : throw ReleaseException.Argument($"--site is '{site}', expected a-z, 0-9 and -, at most 63 of them.");
        }

        return rig!.Split('/') is [{ } siteName, { } rigName] && Topics.IsName(siteName) && Topics.IsName(rigName)
            ? new Receivers([new Topics(siteName, rigName)], null)
            : throw ReleaseException.Argument($"--rig is '{rig}', expected SITE/RIG as in the rig's settings, like ghent/r17.");
    }
}
