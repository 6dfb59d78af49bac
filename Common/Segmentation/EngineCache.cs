using System.Security.Cryptography;
using System.Text;

namespace LeafSeg.Common.Segmentation;

/// <summary>
/// Folders of TensorRT's engines. An engine holds for one model on one GPU under one driver; TensorRT's own key knows names and
/// shapes only, so that a new model of the same shape would get the old one's engine.
/// </summary>
internal static class EngineCache
{
    /// <summary>The model in use, the one before it, and the one on trial. A folder takes about as much room as the model, some hundred MB at most.</summary>
    private const int Kept = 3;

    private const string Prefix = "engine-";

    /// <summary>Where the driver and the GPU name themselves: a graphics card's, and a Jetson's.</summary>
    private static readonly string[] MachineFiles = ["/proc/driver/nvidia/version", "/etc/nv_tegra_release", "/proc/device-tree/model"];

    /// <summary>The folder for a model on this machine, there and the newest; those beyond the newest three are deleted.</summary>
    /// <param name="cache">Holds the folders.</param>
    /// <param name="digest">The model's.</param>
    public static string FolderFor(string cache, string digest) => FolderFor(cache, digest, Machine());

    internal static string FolderFor(string cache, string digest, string machine)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{digest}\n{machine}")))[..32];
        DirectoryInfo folder = Directory.CreateDirectory(Path.Combine(cache, Prefix + key));
        folder.LastWriteTimeUtc = DateTime.UtcNow;
        foreach (DirectoryInfo old in folder.Parent!.GetDirectories(Prefix + "*").OrderByDescending(other => other.LastWriteTimeUtc).Skip(Kept))
        {
            old.Delete(recursive: true);
        }

        return folder.FullName;
    }

    private static string Machine()
    {
        IEnumerable<string> cards = Directory.Exists("/proc/driver/nvidia/gpus")
            ? Directory.GetFiles("/proc/driver/nvidia/gpus", "information", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            : [];
        return string.Join('\n', MachineFiles.Where(File.Exists).Select(File.ReadAllText)
            .Concat(cards.SelectMany(File.ReadLines).Where(line => line.StartsWith("Model:", StringComparison.Ordinal))));
    }
}
