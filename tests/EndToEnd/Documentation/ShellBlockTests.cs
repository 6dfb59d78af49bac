using LeafSeg.Documentation;

namespace LeafSeg.EndToEnd.Documentation;

public sealed class ShellBlockTests
{
    /// <summary>Above each block of commands is which test runs it, or why none does.</summary>
    [Fact]
    public void Every_command_that_the_pages_show_is_run_by_a_test_or_says_why_not()
    {
        ShellBlock[] blocks = [.. ShellBlock.All()];
        string faults = string.Join('\n', blocks.SelectMany(block => Faults(block).Select(fault => $"{block.Page}:{block.Line}: {fault}")));

        Assert.True(faults.Length == 0, faults);
        Assert.True(blocks.Count(block => block.RunBy is not null) > 10);
    }

    private static IEnumerable<string> Faults(ShellBlock block)
    {
        if (!block.IsMarked)
        {
            yield return "found commands without a mark; expected <!-- run by TEST --> or <!-- not run: REASON --> in the line above them";
        }

        if (block.RunBy is { } test && !IsRunBy(block, test))
        {
            yield return $"found \"run by {test}\"; expected a test class of that name that reads the blocks of this page";
        }

        foreach (string start in block.LeftOut.Where(start => !block.Lines.Any(line => line.StartsWith(start, StringComparison.Ordinal))))
        {
            yield return $"found \"but for `{start}`\"; expected a line that begins like that";
        }

        if (block.RunBy is not null && block.Commands.Count == 0)
        {
            yield return "every line is left out";
        }
    }

    private static bool IsRunBy(ShellBlock block, string test)
    {
        string[] files = Directory.GetFiles(Path.Combine(ShellBlock.Repository, "tests"), $"{test}.cs", SearchOption.AllDirectories);
        return files.Any(file => File.ReadAllText(file).Contains($"ShellBlock.Of(\"{block.Page}\"", StringComparison.Ordinal));
    }
}
