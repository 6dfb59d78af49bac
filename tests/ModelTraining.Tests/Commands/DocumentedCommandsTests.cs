using LeafSeg.ModelTraining.Commands;
using LeafSeg.Documentation;

namespace LeafSeg.ModelTraining.Tests.Commands;

public sealed class DocumentedCommandsTests
{
    [Fact]
    public void The_parser_takes_every_command_that_the_pages_show()
    {
        string faults = string.Join('\n', DocumentedCommands.Faults("leafseg-train", CommandTree.Create()));

        Assert.True(faults.Length == 0, faults);
        Assert.True(DocumentedCommands.Count("leafseg-train") > 5);
    }
}
