namespace LeafSeg.EdgeAgent.Tests.Updates.Proof;

/// <summary>The model of tests/hil, which takes no time on an emulated processor.</summary>
public sealed class HardwareTestModelTests
{
    private static readonly string Published = Path.Combine(AppContext.BaseDirectory, "../../../../hil/tiny.onnx");

    /// <remarks>WRITE_DOCS=1 writes it.</remarks>
    [Fact]
    public void It_is_the_tests_own_tiny_model()
    {
        byte[] model = ProofFile.Bytes("9.9.9");
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
        {
            File.WriteAllBytes(Published, model);
        }
        else
        {
            Assert.Equal(File.ReadAllBytes(Published), model);
        }
    }
}
