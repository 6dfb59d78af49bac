using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;

namespace LeafSeg.EdgeAgent.Tests.Processing;

/// <summary>
/// Sums of 8-bit products overflow on x86-64 without VNNI: of five pictures the shipped model sees leaves less on three, though its golden
/// cases come out as they should.
/// </summary>
public sealed class ProcessorWithoutVnniTests : IDisposable
{
    private static readonly Processor Haswell = Processor.This with { Name = "Core Processor (Haswell)", SumsBytesExactly = false };
    private static readonly string Shipped = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "models"), "*.onnx").Single();
    private static readonly LeafModelOptions Options = new() { Threads = 1 };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_float32_file_beside_it_measures_in_its_place()
    {
        ProofMemory memory = new(Path.Combine(folder.Path, "proofs.json"));
        using LeafModel integers = LeafModel.Open(Shipped, Options);
        Assert.True(integers.IsInIntegers);

        // An earlier version of this program has found that it sees its golden cases.
        memory.Keep(integers.Digest, "");
        using LeafModel model = ProvenModel.Open(Shipped, Options, memory, Haswell);
        Assert.False(model.IsInIntegers);
        Assert.Equal(integers.Digest, model.InPlaceOf);
        Assert.Contains("without VNNI (Core Processor (Haswell))", model.FileNote, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_such_a_file_it_is_refused()
    {
        string alone = Path.Combine(folder.Path, "leafseg.onnx");
        File.Copy(Shipped, alone);
        ModelFileException refused = Assert.Throws<ModelFileException>(() => ProvenModel.Open(alone, Options, memory: null, Haswell));
        Assert.Equal(ModelFault.Unproven, refused.Fault);
        Assert.Contains("VNNI", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(folder.Path, "float32", "leafseg.onnx"), refused.Message, StringComparison.Ordinal);
    }
}
