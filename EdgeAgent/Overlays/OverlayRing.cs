using System.Globalization;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Overlays;

/// <summary>The newest overlays.</summary>
/// <param name="folder">Made where it is missing.</param>
/// <param name="keep">Overlays at most.</param>
/// <param name="maxBytes">Bytes of all of them at most.</param>
/// <exception cref="AgentException">The folder cannot be written.</exception>
internal sealed class OverlayRing(string folder, int keep, long maxBytes = long.MaxValue) : PictureRing(folder, "overlays.folder", ".jpg", keep, maxBytes)
{
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Write(long sequence, Guid capture, byte[] jpeg) =>
        // Twelve digits: names sort as the sequence counts.
        Write(string.Create(CultureInfo.InvariantCulture, $"{sequence:D12}-{capture}"), jpeg);
}
