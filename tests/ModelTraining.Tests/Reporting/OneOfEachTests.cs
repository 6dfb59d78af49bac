using LeafSeg.Documentation;

namespace LeafSeg.ModelTraining.Tests.Reporting;

/// <summary>What there is one of: who writes a second one learns where the first is.</summary>
public sealed class OneOfEachTests
{
    [Theory]
    [InlineData("ModelTraining", "<!DOCTYPE html", "Reporting/Html.cs")]
    [InlineData("ModelTraining", "<svg ", "Reporting/Chart.cs")]
    [InlineData("ModelTraining", "SepWriter", "Reporting/CsvFile.cs")]
    [InlineData("Common", "RangeHeaderValue", "Downloads/HttpFile.cs")]
    [InlineData("ModelTraining", "RangeHeaderValue", null)]
    [InlineData("EdgeAgent", "RangeHeaderValue", null)]
    [InlineData("Common", "CustomRootTrust", "Downloads/Authorities.cs")]
    [InlineData("ModelTraining", "CustomRootTrust", null)]
    [InlineData("EdgeAgent", "CustomRootTrust", "Mqtt/BrokerAccess.cs")]
    public void It_is_in_one_file(string project, string text, string? expected)
    {
        string folder = Path.Combine(ShellBlock.Repository, project);
        IEnumerable<string> found = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file))
            .Where(file => !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("bin/", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(Path.Combine(folder, file)).Contains(text, StringComparison.Ordinal));

        Assert.Equal(expected is null ? [] : [expected], found);
    }
}
