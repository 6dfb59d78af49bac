using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Tests.Reporting;

public sealed class ProgressLineTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_a_total_only_what_has_come_is_said(bool isTerminal)
    {
        using StringWriter writer = new();
        ProgressLine line = new("MB", total: null, writer, isTerminal, start: 3);

        line.Advance();
        line.End();

        Assert.StartsWith(isTerminal ? "\r4 MB, " : "4 MB, ", writer.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("left", writer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_a_bar_shows_the_share_that_is_done()
    {
        using StringWriter writer = new();
        ProgressLine line = new("steps", 6, writer, isTerminal: true, start: 2);

        line.Advance("all well");

        Assert.StartsWith($"\r[{new string('#', 15)}{new string('.', 15)}] 3/6 steps, ", writer.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(" left, all well\e[K", writer.ToString(), StringComparison.Ordinal);
    }
}
