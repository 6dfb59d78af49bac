using System.Runtime.InteropServices;

namespace LeafSeg.ModelTraining.Native;

/// <summary>
/// OpenMP threads spin while they wait by default; with anything else on the machine a training step then takes two
/// to ten times as long. libgomp reads its environment when it is loaded, so this has to come before the first tensor,
/// and through libc: what .NET sets does not reach native code.
/// </summary>
internal static partial class ThreadWaiting
{
    public static void MakePassive()
    {
        SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
        SetEnvironment("GOMP_SPINCOUNT", "0", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
