using System.Text.RegularExpressions;
using LeafSeg.ModelTraining.Training;
using LeafSeg.ModelTraining.Training.Reporting;

namespace LeafSeg.ModelTraining.Tests.Training.Reporting;

public sealed partial class TrainingReportTests : IDisposable
{
    private readonly TinyRun runs = new();

    public void Dispose() => runs.Dispose();

    [Fact]
    public void The_report_shows_curves_stages_plants_over_time_and_the_machine_and_needs_no_other_file()
    {
        string run = runs.Train("shown", TinyRun.Settings with { ValidateEvery = 4, ValidationPictures = 3 });

        string html = File.ReadAllText(Path.Combine(run, TrainingReport.FileName));

        Assert.Equal(9, Svg().Count(html));
        Assert.All(LeafLoss.Names, name => Assert.Contains($">{name} ", html, StringComparison.Ordinal));
        Assert.Contains("stage adagrad begins: All layers; Adagrad", html, StringComparison.Ordinal);
        // Three plants, each after steps 4 and 8.
        Assert.Equal(6, DataUri().Count(html));
        Assert.Contains("Waiting for pictures", html, StringComparison.Ordinal);
        Assert.Contains("<td>Processor</td>", html, StringComparison.Ordinal);
        Assert.Contains("8 of 8", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(src|href)=""(?!data:)", html);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_of_an_earlier_version_without_the_newer_columns_are_left_out_of_their_curve()
    {
        string file = Path.Combine(runs.Folder, "scores.csv");
        File.WriteAllText(file, "step,sbd,validation_total\n1,0.5\n2,0.6,3.5\n");

        RunTable table = RunTable.Read(file);

        Assert.Equal([(1, 0.5), (2, 0.6)], table.Numbers("sbd"));
        Assert.Equal([(2, 3.5)], table.Numbers("validation_total"));
        Assert.Empty(table.Numbers("absent"));
    }

    [Theory]
    [InlineData("3,0.")]
    [InlineData("3")]
    [InlineData("3,")]
    [InlineData("")]
    public void A_last_line_that_is_not_ended_is_left_out(string last)
    {
        string file = Path.Combine(runs.Folder, "scores.csv");
        File.WriteAllText(file, $"step,sbd\n1,0.5\n2,0.6\n{last}");

        Assert.Equal([(1, 0.5), (2, 0.6)], RunTable.Read(file).Numbers("sbd"));
    }

    [GeneratedRegex("<svg ")]
    private static partial Regex Svg();

    [GeneratedRegex("src=\"data:image/jpeg;base64,")]
    private static partial Regex DataUri();
}
