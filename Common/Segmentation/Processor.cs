using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;

namespace LeafSeg.Common.Segmentation;

/// <summary>The processor of this machine, as far as it decides what a model computes on it.</summary>
/// <param name="Name">As its maker calls it.</param>
/// <param name="Fingerprint">The same for processors with the same name and abilities.</param>
/// <param name="SumsBytesExactly">False where products of 8-bit integers are added up in 16 bits, which overflow (x86-64 without VNNI).</param>
public sealed record Processor(string Name, string Fingerprint, bool SumsBytesExactly)
{
    private const int Features = 7;
    private const int FirstOfName = unchecked((int)0x80000002);
    private const int Avx512Vnni = 1 << 11, AvxVnni = 1 << 4;

    /// <summary>The machine's own.</summary>
    public static Processor This { get; } = X86Base.X64.IsSupported ? OfX64() : OfCpuInfo();

    private static Processor OfX64()
    {
        (int most, int _, int _, int _) = X86Base.CpuId(0, 0);
        (int Eax, int Ebx, int Ecx, int Edx) first = X86Base.CpuId(1, 0);
        (int Eax, int Ebx, int Ecx, int Edx) features = most >= Features ? X86Base.CpuId(Features, 0) : default;
        int more = features.Eax >= 1 ? X86Base.CpuId(Features, 1).Eax : 0;
        byte[] name = new byte[48];
        for (int i = 0; i < 3; i++)
        {
            (int a, int b, int c, int d) = X86Base.CpuId(FirstOfName + i, 0);
            int at = 16 * i;
            foreach (int part in (ReadOnlySpan<int>)[a, b, c, d])
            {
                BinaryPrimitives.WriteInt32LittleEndian(name.AsSpan(at), part);
                at += 4;
            }
        }

        string text = Encoding.ASCII.GetString(name).TrimEnd('\0').Trim();

        // Of leaf 1 the model and the instructions, not the number of the core that answers.
        return new Processor(
            text.Length > 0 ? text : "x86-64",
            Hash($"{text} {first.Eax} {first.Ecx} {features.Ebx} {features.Ecx} {more}"),
            (features.Ecx & Avx512Vnni) != 0 || (more & AvxVnni) != 0);
    }

    private static Processor OfCpuInfo()
    {
        string[] kinds = ["model name", "Features", "CPU implementer", "CPU architecture", "CPU variant", "CPU part", "CPU revision"];
        string[] lines = File.Exists("/proc/cpuinfo") ? [.. File.ReadLines("/proc/cpuinfo")
            .Where(line => kinds.Contains(line.Split(':')[0].Trim())).Distinct().Order(StringComparer.Ordinal)] : [];
        string name = lines.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString();
        return new Processor(name, Hash(string.Join('\n', lines)), SumsBytesExactly: true);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
