using LeafSeg.EdgeAgent.CommandLine;
using LeafSeg.Documentation;

namespace LeafSeg.EdgeAgent.Tests.CommandLine;

public sealed class DocumentedCommandsTests
{
    [Fact]
    public void The_parser_takes_every_command_that_the_pages_show()
    {
        string faults = string.Join('\n', DocumentedCommands.Faults("leafseg-agent", CommandTree.Create()));

        Assert.True(faults.Length == 0, faults);
        Assert.True(DocumentedCommands.Count("leafseg-agent") > 5);
    }
}
