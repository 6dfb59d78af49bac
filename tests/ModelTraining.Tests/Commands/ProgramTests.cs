using LeafSeg.EndToEnd;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Tests.Commands;

/// <summary>The real program and its command line.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("--mm-per-px is '0,2', expected a number with a decimal point and no separators of thousands, as in 0.21; is 0.2 meant?", "predict", "--model", "m.onnx", "--out", "o", "--mm-per-px", "0,2", "a.png")]
    [InlineData("--validation-share is '0,25'", "prepare", "--data", "d", "--out", "o", "--validation-share", "0,25")]
    [InlineData("--count is '1,000', expected a whole number", "synth", "--count", "1,000", "--out", "o")]
    [InlineData("--data", "train", "--out", "o")]
    [InlineData("--nonsense", "inspect", "--nonsense")]
    [InlineData("--nonsense", "cut-leaves", "--nonsense")]
    [InlineData("--nonsense", "export", "--nonsense")]
    [InlineData("--nonsense", "quantise", "--nonsense")]
    [InlineData("--nonsense", "weights", "--nonsense")]
    [InlineData("--nonsense", "release", "publish", "--nonsense")]
    [InlineData("--score-threshold is '0,5'", "evaluate", "--model", "m.onnx", "--data", "d", "--score-threshold", "0,5")]
    [InlineData("--allowed-loss is '0,01'", "quantise", "--model", "m.onnx", "--data", "d", "--validation", "v", "--out", "o", "--allowed-loss", "0,01")]
    [InlineData("--percent is '1,5'", "release", "publish", "models", "m.onnx", "--percent", "1,5")]
    [InlineData("@a.rsp", "prepare", "@a.rsp")]
    [InlineData("@missing.rsp", "evaluate", "@missing.rsp")]
    public async Task A_wrong_command_line_is_exit_code_2(string message, params string[] arguments)
    {
        using ChildProcess process = new(Path.Combine(AppContext.BaseDirectory, "leafseg-train"), arguments);

        Assert.Equal(ExitCode.BadArgument, await process.ExitCodeAsync());
        Assert.Contains(message, process.Errors, StringComparison.Ordinal);
        Assert.Contains("--help", process.Errors, StringComparison.Ordinal);
    }
}
