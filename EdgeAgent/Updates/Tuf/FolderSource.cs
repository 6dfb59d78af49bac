using LeafSeg.Common.Downloads;
using LeafSeg.Common.Tuf;

namespace LeafSeg.EdgeAgent.Updates.Tuf;

/// <summary>A repository in a folder.</summary>
internal sealed class FolderSource(string folder) : RepositorySource
{
    public override Task<RemoteContent?> OpenAsync(string path, long from, CancellationToken cancellationToken)
    {
        string[] parts = [.. path.Split('/').Select(Uri.UnescapeDataString)];

        // What cannot be one name in a folder is in no folder.
        if (parts.Any(part => part is "" or "." or ".." || part.Contains('/') || part.Contains('\0')))
        {
            return Task.FromResult<RemoteContent?>(null);
        }

        string file = Path.Combine([folder, .. parts]);
        try
        {
            FileStream content = new(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            long length = content.Length;
            content.Position = Math.Min(from, length);
            return Task.FromResult<RemoteContent?>(new RemoteContent(content, content.Position, length - content.Position));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && Directory.Exists(folder))
        {
            return Task.FromResult<RemoteContent?>(null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TufException(TufRefusal.Unavailable, $"{file}: cannot be read ({e.Message})", e);
        }
    }
}
