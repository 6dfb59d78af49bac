using System.Globalization;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Overlays;

/// <summary>A folder with the newest overlays, limited by their number and their bytes.</summary>
internal sealed class OverlayRing
{
    private readonly string folder;
    private readonly int keep;
    private readonly long maxBytes;
    private readonly Queue<(string Path, long Bytes)> kept;

    /// <param name="folder">Made where it is missing.</param>
    /// <param name="keep">Overlays at most.</param>
    /// <param name="maxBytes">Bytes of all of them at most.</param>
    /// <exception cref="AgentException">The folder cannot be written.</exception>
    public OverlayRing(string folder, int keep, long maxBytes = long.MaxValue)
    {
        this.folder = folder;
        this.keep = keep;
        this.maxBytes = maxBytes;
        try
        {
            Directory.CreateDirectory(folder);

            // What a power cut left behind; overlays are not synchronised, for the sake of the flash.
            foreach (string unfinished in Directory.GetFiles(folder, "*.jpg.part").Concat(Directory.GetFiles(folder, "*.jpg").Where(f => new FileInfo(f).Length == 0)))
                File.Delete(unfinished);
            kept = new Queue<(string, long)>(
                Directory.GetFiles(folder, "*.jpg").Order(StringComparer.Ordinal).Select(f => (f, new FileInfo(f).Length)));
            Bytes = kept.Sum(k => k.Bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine,
                $"overlays.folder: found \"{folder}\", which cannot be used ({e.Message}); expected a folder that can be written", e);
        }
    }

    /// <summary>Bytes of all overlays.</summary>
    public long Bytes { get; private set; }

    /// <summary>Removes the oldest beyond a number of bytes.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void TrimTo(long bytes) => Trim(keep, bytes);

    /// <summary>Writes an overlay, after making room for it; one that is larger than all there may be is not written.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Write(long sequence, Guid capture, byte[] jpeg)
    {
        if (keep == 0 || jpeg.Length > maxBytes)
            return;
        Trim(keep - 1, maxBytes - jpeg.Length);

        // Twelve digits: names sort as the sequence counts.
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{sequence:D12}-{capture}.jpg"));
        string unfinished = $"{path}.part";
        try
        {
            File.WriteAllBytes(unfinished, jpeg);
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            // What is half done would only keep a full disk full.
            File.Delete(unfinished);
            throw;
        }

        kept.Enqueue((path, jpeg.Length));
        Bytes += jpeg.Length;
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
