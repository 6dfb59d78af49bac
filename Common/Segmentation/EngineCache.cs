using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.OnnxRuntime;

namespace LeafSeg.Common.Segmentation;

/// <summary>
/// The engines that TensorRT has built, a folder for each model, below one for this machine: an engine is for one GPU, driver and
/// runtime. TensorRT's own key knows names and shapes, not weights: a new model of the same shape would get the old one's engine.
/// </summary>
/// <param name="folder">Holds the engines of all machines that it ever was in.</param>
/// <param name="machine">What an engine depends on beside the model.</param>
internal sealed class EngineCache(string folder, string machine)
{
    /// <summary>Of the model in use, of the one to go back to, and of one on trial.</summary>
    private const int Most = 3;

    private readonly string own = Path.Combine(folder, Hash(machine));

    /// <summary>Where TensorRT keeps what it knows of the time that single layers take.</summary>
    public string TimingFolder => own;

    /// <summary>The driver, the GPUs and the runtime of this machine, as the kernel and Debian's or NVIDIA's files tell them.</summary>
    /// <param name="root">Of the file system.</param>
    /// <param name="deviceId">Which GPU, counted from 0.</param>
    public static string ThisMachine(int deviceId, string root = "/")
    {
        List<string> parts = [$"ONNX Runtime {OrtEnv.Instance().GetVersionString()}", $"device {deviceId}"];
        string gpus = Path.Combine(root, "proc/driver/nvidia/gpus");
        string[] files = [Path.Combine(root, "proc/driver/nvidia/version"), Path.Combine(root, "etc/nv_tegra_release"), Path.Combine(root, "proc/device-tree/model"),
            .. Directory.Exists(gpus) ? Directory.GetDirectories(gpus).Order(StringComparer.Ordinal).Select(gpu => Path.Combine(gpu, "information")) : []];
        foreach (string file in files.Where(File.Exists))
        {
            // Of a GPU its model and firmware, not the interrupt that this boot gave it.
            parts.AddRange(File.ReadLines(file).Where(line => !line.StartsWith("IRQ:", StringComparison.Ordinal)));
        }

        return string.Join('\n', parts);
    }

    /// <summary>Makes the folder for a model's engine, and removes those of other drivers and GPUs, and the least recently used beyond a few.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public string FolderFor(string digest)
    {
        DirectoryInfo made = Directory.CreateDirectory(Path.Combine(own, digest.Replace(':', '-')));
        made.LastWriteTimeUtc = DateTime.UtcNow;
        IEnumerable<DirectoryInfo> stale = new DirectoryInfo(folder).GetDirectories().Where(other => other.FullName != Path.GetFullPath(own));
        IEnumerable<DirectoryInfo> old = new DirectoryInfo(own).GetDirectories().OrderByDescending(engine => engine.LastWriteTimeUtc).Skip(Most);
        foreach (DirectoryInfo one in stale.Concat(old).ToList())
        {
            try
            {
                one.Delete(recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It takes room, and is tried again at the next opening.
            }
        }

        return made.FullName;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
