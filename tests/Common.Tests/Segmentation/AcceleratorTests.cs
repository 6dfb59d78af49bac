using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using Microsoft.ML.OnnxRuntime;

namespace LeafSeg.Common.Tests.Segmentation;

public sealed class AcceleratorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_recorded_run_tells_where_each_node_ran()
    {
        IReadOnlyList<NodeRun> nodes = RecordOnProcessor();
        Assert.Contains(nodes, node => node.Operator == "ReduceMax");
        Assert.All(nodes, node => Assert.Equal("CPUExecutionProvider", node.Provider));
    }

    [Fact]
    public void A_session_that_runs_on_the_processor_does_not_pass_for_CUDA()
    {
        IReadOnlyList<NodeRun> nodes = RecordOnProcessor();
        Accelerator.Require(ExecutionProvider.Cpu, nodes);
        AcceleratorRefusedException error = Assert.Throws<AcceleratorRefusedException>(() => Accelerator.Require(ExecutionProvider.Cuda, nodes));
        Assert.Contains($"0 of {nodes.Count}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shape_arithmetic_may_stay_on_the_processor_but_no_convolution()
    {
        NodeRun there = new("FusedConv", "CUDAExecutionProvider");
        Accelerator.Require(ExecutionProvider.Cuda, [there, new NodeRun("Gather", "CPUExecutionProvider")]);
        Assert.Throws<AcceleratorRefusedException>(() =>
            Accelerator.Require(ExecutionProvider.Cuda, [there, new NodeRun("FusedConv", "CPUExecutionProvider")]));
    }

    [Fact]
    public void The_reason_is_one_line_without_the_runtime_s_source()
    {
        InvalidOperationException error = new("""
            [ErrorCode:Fail] /onnxruntime_src/core/session/provider_bridge_ort.cc:2043 onnxruntime::Provider& Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library providers_cuda.so with error: libcublasLt.so.13: cannot open
            """ + "\n");
        Assert.Equal("Failed to load library providers_cuda.so with error: libcublasLt.so.13: cannot open", Accelerator.Reason(error));
    }

    private IReadOnlyList<NodeRun> RecordOnProcessor()
    {
        using SessionOptions settings = new() { EnableProfiling = true, ProfileOutputPathPrefix = Path.Combine(folder.Path, "run") };
        using InferenceSession session = new(TinyModel.Write(TinyModel.Build(), folder.Path), settings);
        ModelContract.Run(session, new RgbImage(TinyModel.InputSize, TinyModel.InputSize), TinyModel.Metadata, "tiny");
        return NodeRun.ReadProfile(session.EndProfiling());
    }
}
