using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Processing;

namespace LeafSeg.EdgeAgent.Tests.Processing;

public sealed class InstalledModelsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_highest_version_is_the_newest_not_the_last_name()
    {
        foreach (string name in (string[])["leafseg-1.9.0.onnx", "leafseg-1.10.0.onnx", "leafseg-0.2.0.onnx", "other-9.0.0.onnx"])
        {
            File.WriteAllText(Path.Combine(folder.Path, name), "");
        }

        Assert.Equal("leafseg-1.10.0.onnx", Path.GetFileName(InstalledModels.Newest(folder.Path)));
    }

    [Fact]
    public void A_processor_gets_integers_and_a_gpu_float32_of_the_same_version()
    {
        string integers = InstalledModels.Newest(InstalledModels.FolderFor(ExecutionProvider.Cpu));
        foreach (ExecutionProvider gpu in (ExecutionProvider[])[ExecutionProvider.Cuda, ExecutionProvider.TensorRt])
        {
            string real = InstalledModels.Newest(InstalledModels.FolderFor(gpu));
            Assert.Equal(Path.GetFileName(integers), Path.GetFileName(real));
            Assert.True(new FileInfo(real).Length > 2 * new FileInfo(integers).Length, "float32 was expected to be larger");
        }
    }

    [Theory]
    [InlineData(".")]
    [InlineData("absent")]
    public void No_model_is_told_with_the_place_that_was_looked_at(string place)
    {
        string path = Path.Combine(folder.Path, place);
        AgentException none = Assert.Throws<AgentException>(() => InstalledModels.Newest(path));
        Assert.Equal(ExitCode.Model, none.ExitCode);
        Assert.Contains(path, none.Message, StringComparison.Ordinal);
    }
}
