using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Updates.Proof;
using LeafSeg.EndToEnd;
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

    /// <summary>The child waits for a pipe without a writer, so that it lives until the signal comes.</summary>
    [Fact]
    public async Task A_native_crash_in_the_proof_refuses_the_model_and_nothing_else()
    {
        string pipe = Path.Combine(folder.Path, "pipe.onnx");
        using (ChildProcess make = new("mkfifo", pipe))
        {
            Assert.Equal(0, await make.ExitCodeAsync());
        }

        Task<string> proof = new ProofProcess(new ModelOptions { Threads = 1 }, new ProofOptions { Seconds = 600 }, folder.Path)
            .ProveAsync(pipe, TestContext.Current.CancellationToken);
        while (!proof.IsCompleted)
        {
            foreach (int child in ProofsOf(pipe))
            {
                using ChildProcess crash = new("kill", "-SEGV", $"{child}");
                await crash.ExitCodeAsync();
            }

            await Task.WhenAny(proof, Task.Delay(50, TestContext.Current.CancellationToken));
        }

        Assert.Contains("(signal 11)", (await Assert.ThrowsAsync<UnprovenException>(() => proof)).Message, StringComparison.Ordinal);
    }

    /// <summary>Processes of the agent's program that are to prove a file.</summary>
    private static IEnumerable<int> ProofsOf(string file) => Directory.GetDirectories("/proc")
        .Where(process => int.TryParse(Path.GetFileName(process), out _))
        .Where(process => CommandLine(process).StartsWith(Path.Combine(AppContext.BaseDirectory, "leafseg-agent"), StringComparison.Ordinal) && CommandLine(process).Contains(file, StringComparison.Ordinal))
        .Select(process => int.Parse(Path.GetFileName(process), System.Globalization.CultureInfo.InvariantCulture));

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // It has ended.
        }
    }

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

        // It is not known before the run that "lit" adds nothing: the constant cannot be folded away.
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
