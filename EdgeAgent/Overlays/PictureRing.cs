using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Overlays;

/// <summary>A folder with the newest pictures of a kind, limited by their number and their bytes; the oldest name goes first.</summary>
internal abstract class PictureRing
{
    private readonly string folder;
    private readonly string extension;
    private readonly int keep;
    private readonly long maxBytes;
    private readonly Queue<(string Path, long Bytes)> kept;

    /// <param name="folder">Made where it is missing.</param>
    /// <param name="setting">Full name of the setting that holds it.</param>
    /// <param name="extension">Of its files: ".jpg".</param>
    /// <param name="keep">Pictures at most.</param>
    /// <param name="maxBytes">Bytes of all of them at most.</param>
    /// <exception cref="AgentException">The folder cannot be written.</exception>
    protected PictureRing(string folder, string setting, string extension, int keep, long maxBytes)
    {
        this.folder = folder;
        this.extension = extension;
        this.keep = keep;
        this.maxBytes = maxBytes;
        try
        {
            Directory.CreateDirectory(folder);

            // What a power cut left behind; they are not synchronised, for the sake of the flash.
            foreach (string unfinished in Directory.GetFiles(folder, $"*{extension}.part").Concat(Directory.GetFiles(folder, $"*{extension}").Where(f => new FileInfo(f).Length == 0)))
            {
                File.Delete(unfinished);
            }

            kept = new Queue<(string, long)>(
                Directory.GetFiles(folder, $"*{extension}").Order(StringComparer.Ordinal).Select(f => (f, new FileInfo(f).Length)));
            Bytes = kept.Sum(k => k.Bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine,
                $"{setting}: found \"{folder}\", which cannot be used ({e.Message}); expected a folder that can be written", e);
        }
    }

    /// <summary>Bytes of all pictures.</summary>
    public long Bytes { get; private set; }

    /// <summary>Removes the oldest beyond a number of bytes.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void TrimTo(long bytes) => Trim(keep, bytes);

    /// <summary>Writes a picture, after making room for it; one that is larger than all there may be is not written.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    protected void Write(string name, byte[] picture)
    {
        if (keep == 0 || picture.Length > maxBytes)
        {
            return;
        }

        Trim(keep - 1, maxBytes - picture.Length);
        string path = Path.Combine(folder, name + extension);
        string unfinished = $"{path}.part";
        try
        {
            File.WriteAllBytes(unfinished, picture);
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            // What is half done would only keep a full disk full.
            File.Delete(unfinished);
            throw;
        }

        kept.Enqueue((path, picture.Length));
        Bytes += picture.Length;
    }

    private void Trim(int count, long bytes)
    {
        while (kept.Count > 0 && (kept.Count > count || Bytes > bytes))
        {
            (string oldest, long size) = kept.Peek();
            File.Delete(oldest);
            kept.Dequeue();
            Bytes -= size;
        }
    }
}
