using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Doctor;

namespace LeafSeg.EdgeAgent.Tests.Doctor;

public sealed class RigChecksTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_gpu_that_was_refused_is_ill_and_the_units_devices_are_among_what_to_look_at()
    {
        string path = TinyModel.Write(TinyModel.Build(), folder.Path);
        using LeafModel model = LeafModel.Open(path, new LeafModelOptions { Providers = [ExecutionProvider.Cuda, ExecutionProvider.Cpu] });
        RigCheck check = RigChecks.Provider(ExecutionProvider.Cuda, model);
        Assert.False(check.Ok);
        Assert.Contains("CUDA cannot be used", check.Found, StringComparison.Ordinal);
        Assert.Contains("DeviceAllow", check.ToDo, StringComparison.Ordinal);
    }
}
