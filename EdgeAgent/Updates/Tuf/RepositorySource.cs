using LeafSeg.Common.Downloads;
using LeafSeg.Common.Tuf;

namespace LeafSeg.EdgeAgent.Updates.Tuf;

/// <summary>Where a repository's files are: a server, or a folder such as a USB stick. Nothing that comes from it is believed.</summary>
internal abstract class RepositorySource : IDisposable
{
    /// <param name="location">An https:// or http:// URL, a file:// URL, or a folder's path.</param>
    /// <param name="options">How to reach it.</param>
    /// <exception cref="TufException"><see cref="TufRefusal.Unavailable"/>: not a location that may be used.</exception>
    public static RepositorySource Open(string location, RepositoryOptions options)
    {
        if (Expected(location, options) is { } expected)
        {
            throw new TufException(TufRefusal.Unavailable, $"found a repository's location that cannot be used; expected {expected}");
        }

        return Uri.TryCreate(location, UriKind.Absolute, out Uri? uri) && !uri.IsFile
            ? new HttpSource(uri, options)
            : new FolderSource(uri is null ? Path.GetFullPath(location) : uri.LocalPath);
    }

    /// <summary>What a location should be that cannot be used; null: it can.</summary>
    public static string? Expected(string location, RepositoryOptions options)
    {
        if (!Uri.TryCreate(location, UriKind.Absolute, out Uri? uri) || uri.IsFile)
        {
            return null;
        }

        if (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
        {
            return "https:// or a folder";
        }

        if (uri.Scheme == Uri.UriSchemeHttp && !options.AllowHttp)
        {
            return "https:// or a folder, unless http:// is allowed (repository.allowHttp)";
        }

        if (uri.UserInfo.Length > 0)
        {
            return "an address without user and password: a server identifies rigs by their certificates (repository.clientCertificateFile)";
        }

        return uri.Query.Length > 0 || uri.Fragment.Length > 0 ? "an address without \"?\" and \"#\": names of files are put behind it" : null;
    }

    /// <summary>Opens a file from some byte on; null where there is none.</summary>
    /// <param name="path">As in a URL: with slashes, each part escaped.</param>
    /// <param name="from">The first byte wanted; the answer may begin before it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TufException"><see cref="TufRefusal.Unavailable"/>.</exception>
    public abstract Task<RemoteContent?> OpenAsync(string path, long from, CancellationToken cancellationToken);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
