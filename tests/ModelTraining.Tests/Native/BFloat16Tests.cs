using System.Runtime.InteropServices;
using LeafSeg.ModelTraining.Native;

namespace LeafSeg.ModelTraining.Tests.Native;

public sealed class BFloat16Tests
{
    [Fact]
    public void The_processor_is_asked_as_the_kernel_asks_it()
    {
        string[] flags = File.ReadAllText("/proc/cpuinfo").Split([' ', '\n']);

        bool? expected = RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? flags.Contains("avx512_bf16") || flags.Contains("amx_bf16")
            : null;

        Assert.Equal(expected, BFloat16.IsNative);
    }
}
