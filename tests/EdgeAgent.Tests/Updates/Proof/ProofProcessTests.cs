using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Updates.Proof;
using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.EdgeAgent.Tests.Updates.Proof;

public sealed class ProofProcessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_good_model_is_proven_in_a_process_of_its_own() =>
        Assert.Contains("on CPU", await ProveAsync(ProofFile.Build(), new()), StringComparison.Ordinal);

    [Fact]
    public async Task A_refusal_there_is_told_here_in_its_own_words() =>
        Assert.StartsWith("found 0 golden cases", await RefusedAsync(TinyModel.Build(), new()), StringComparison.Ordinal);

    [Fact]
    public async Task A_model_that_eats_memory_is_refused() =>
        Assert.Contains("updates.proof.maxMegabytes", await RefusedAsync(Hog(4_000_000_000), new() { MaxMegabytes = 400 }), StringComparison.Ordinal);

    [Fact]
    public async Task A_model_that_asks_for_more_memory_than_there_is_is_refused() =>
        Assert.NotEmpty(await RefusedAsync(Hog(1L << 50), new()));

    [Fact]
    public async Task A_proof_that_does_not_end_is_ended() =>
        Assert.Contains("updates.proof.seconds", await RefusedAsync(ProofFile.Build(), new() { Seconds = 0.001 }), StringComparison.Ordinal);

    private async Task<string> RefusedAsync(ModelProto model, ProofOptions limits) =>
        (await Assert.ThrowsAsync<UnprovenException>(() => ProveAsync(model, limits))).Message;

    private Task<string> ProveAsync(ModelProto model, ProofOptions limits) =>
        new ProofProcess(new ModelOptions { Threads = 1 }, limits, folder.Path)
            .ProveAsync(TinyModel.Write(model, folder.Path), TestContext.Current.CancellationToken);

    /// <summary>A good model beside which so many bytes are filled at each run.</summary>
    private static ModelProto Hog(long bytes)
    {
        ModelProto model = ProofFile.Build();
        GraphProto graph = model.Graph;
        graph.Initializer.Add(new TensorProto
        {
            Name = "huge",
            DataType = (int)TensorProto.Types.DataType.Int64,
            Dims = { 1 },
            RawData = Google.Protobuf.ByteString.CopyFrom(BitConverter.GetBytes(bytes / 4)),
        });

        // Nobody knows before the run that "lit" adds nothing: the constant cannot be folded away.
        graph.Node.Insert(4, TinyModel.Node("ConstantOfShape", ["huge"], "zeros"));
        graph.Node.Insert(5, TinyModel.Node("ReduceMax", ["zeros"], "most", ("keepdims", 0)));
        graph.Node.Insert(6, TinyModel.Node("Add", ["brightest", "most"], "brighter"));
        graph.Node.Single(node => node.Output[0] == "lit").Input[0] = "brighter";
        NodeProto lit = graph.Node.Single(node => node.Output[0] == "lit");
        NodeProto end = graph.Node.Single(node => node.Output[0] == "end");
        graph.Node.Remove(lit);
        graph.Node.Remove(end);
        int first = graph.Node.IndexOf(graph.Node.First(node => node.OpType == "Slice"));
        graph.Node.Insert(first, lit);
        graph.Node.Insert(first + 1, end);
        return model;
    }
}
