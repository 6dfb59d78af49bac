using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Hosting;

namespace LeafSeg.EdgeAgent.Tests.Hosting;

public sealed class ModelOpeningTests
{
    /// <summary>Judging what the last run left behind must not happen twice in one start.</summary>
    [Fact]
    public void A_model_that_cannot_be_opened_is_tried_once_and_says_so_each_time()
    {
        int tries = 0;
        using ModelOpening opening = new(() =>
        {
            tries++;
            throw new AgentException(ExitCode.Model, "no such file");
        });

        Assert.Equal("no such file", Assert.Throws<AgentException>(opening.Wait).Message);
        Assert.Equal("no such file", Assert.Throws<AgentException>(opening.Wait).Message);
        Assert.Equal(1, tries);
    }

    /// <summary>A program that ends while ONNX Runtime opens a file dies inside it, and not with its own exit code.</summary>
    [Fact]
    public async Task What_ends_before_the_model_is_open_waits_for_it()
    {
        using ManualResetEventSlim started = new(), mayEnd = new();
        bool isOver = false;
        ModelOpening opening = new(() =>
        {
            started.Set();
            mayEnd.Wait();
            isOver = true;
            throw new AgentException(ExitCode.Model, "no such file");
        });
        started.Wait(TestContext.Current.CancellationToken);

        Task disposing = Task.Run(opening.Dispose, TestContext.Current.CancellationToken);
        Assert.False(isOver);
        mayEnd.Set();
        await disposing;

        Assert.True(isOver);
    }
}
