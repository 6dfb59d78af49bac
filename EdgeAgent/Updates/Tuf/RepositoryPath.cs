using LeafSeg.Common.Tuf;

namespace LeafSeg.EdgeAgent.Updates.Tuf;

/// <summary>Names out of metadata made into paths that can lead nowhere else. They are escaped as in a URL.</summary>
internal static class RepositoryPath
{
    /// <summary>One file name, whatever is in it.</summary>
    public static string OfMetadata(string name) => Uri.EscapeDataString(name);

    /// <summary>A target's path: its slashes stay.</summary>
    /// <exception cref="TufException"><see cref="TufRefusal.Malformed"/>: a path that would lead elsewhere.</exception>
    public static string OfTarget(string path)
    {
        string[] parts = path.Split('/');
        if (parts.Any(part => part is "" or "." or ".."))
        {
            throw new TufException(TufRefusal.Malformed, $"found the target path \"{path}\"; expected no empty part and no dots alone between its slashes");
        }

        return string.Join('/', parts.Select(Uri.EscapeDataString));
    }
}
