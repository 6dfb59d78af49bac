using System.Globalization;
using LeafSeg.EdgeAgent.Commands;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>A folder with the newest overlays, a fixed number of them.</summary>
internal sealed class OverlayRing
{
    private readonly string folder;
    private readonly int keep;
    private readonly Queue<string> kept;

    /// <exception cref="AgentException">The folder cannot be written.</exception>
    public OverlayRing(string folder, int keep)
    {
        this.folder = folder;
        this.keep = keep;
        try
        {
            Directory.CreateDirectory(folder);
            kept = new Queue<string>(Directory.GetFiles(folder, "*.jpg").Order(StringComparer.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine,
                $"overlays.folder: found \"{folder}\", which cannot be used ({e.Message}); expected a folder that can be written", e);
        }
    }

    /// <summary>Writes an overlay and removes the oldest beyond the number to keep.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Write(long sequence, Guid capture, byte[] jpeg)
    {
        if (keep == 0)
            return;

        // Twelve digits: names sort as the sequence counts.
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{sequence:D12}-{capture}.jpg"));
        string unfinished = $"{path}.part";
        File.WriteAllBytes(unfinished, jpeg);
        File.Move(unfinished, path, overwrite: true);
        kept.Enqueue(path);
        while (kept.Count > keep)
            File.Delete(kept.Dequeue());
    }
}
