using System.Security.Cryptography;
using System.Text;

namespace LeafSeg.EdgeAgent.Machine;

/// <summary>This start of the machine.</summary>
/// <param name="Id">Eight hexadecimal digits.</param>
internal sealed record MachineBoot(string Id)
{
    private const string KernelBootId = "/proc/sys/kernel/random/boot_id";

    /// <summary>
    /// The kernel's boot and the outbox make the id together: sequence numbers start again in a new outbox, also when
    /// one is lost between two boots, and (rig, boot, sequence) must not come twice.
    /// </summary>
    public static MachineBoot Of(string outboxId)
    {
        string kernel = File.Exists(KernelBootId) ? File.ReadAllText(KernelBootId).Trim() : "";
        return new MachineBoot(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kernel} {outboxId}")))[..8]);
    }

    public static TimeSpan Uptime => TimeSpan.FromMilliseconds(Environment.TickCount64);
}
