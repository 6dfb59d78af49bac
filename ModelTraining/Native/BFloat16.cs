using System.Runtime.Intrinsics.X86;

namespace LeafSeg.ModelTraining.Native;

/// <summary>Whether the processor computes in bfloat16 itself; where it does not, libtorch imitates it and is slower than in float32.</summary>
internal static class BFloat16
{
    private const int ExtendedFeatures = 7;

    /// <summary>AVX512-BF16 or AMX-BF16 (Intel 64 manual, CPUID leaf 7); null where it cannot be asked, on ARM for one.</summary>
    public static bool? IsNative
    {
        get
        {
            if (!X86Base.IsSupported)
            {
                return null;
            }

            if (X86Base.CpuId(0, 0).Eax < ExtendedFeatures)
            {
                return false;
            }

            (int lastPart, _, _, int edx) = X86Base.CpuId(ExtendedFeatures, 0);
            bool amx = (edx & (1 << 22)) != 0;
            return amx || (lastPart >= 1 && (X86Base.CpuId(ExtendedFeatures, 1).Eax & (1 << 5)) != 0);
        }
    }
}
