using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Tests.Datasets;

namespace LeafSeg.ModelTraining.Tests.Commands;

public sealed class InspectCommandTests : IDisposable
{
    private readonly DataFolder folder = new();

    private string Report => folder.In("report.html");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_report_counts_draws_and_compares_the_anchors_in_one_file()
    {
        folder.WritePair("data/plant1");
        folder.WritePair("data/plant2");

        Assert.Equal(ExitCode.Done, await Inspect());

        string html = File.ReadAllText(Report);
        Assert.Contains("2 of 2 pictures looked at and usable", html, StringComparison.Ordinal);
        Assert.Equal(2, Count(html, "<img src=\"data:image/jpeg;base64,"));
        Assert.Contains("By level and size: these settings", html, StringComparison.Ordinal);
        Assert.Contains("By level and size: the original, <code>[[8], [16], [32], [64], [128]]</code>", html, StringComparison.Ordinal);
        Assert.Contains("By level and size: suggested", html, StringComparison.Ordinal);
        Assert.Contains("with an IoU of only 0.39 and no other with more than 0.41", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_cannot_write_into_the_page()
    {
        folder.WritePair("data/a<b>&c");

        Assert.Equal(ExitCode.Done, await Inspect());

        Assert.DoesNotContain("a<b>", File.ReadAllText(Report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_without_any_leaf_are_a_report_too()
    {
        folder.WritePair("data/plant1", new LabelMap(48, 32));

        Assert.Equal(ExitCode.Done, await Inspect());

        Assert.Contains("No leaves, so nothing to say about anchors", File.ReadAllText(Report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_file_decides_input_and_anchors()
    {
        folder.WritePair("data/plant1");
        File.WriteAllText(folder.In("a.json"), """{ "Network": { "InputSize": 128, "AnchorSizes": [[9], [18], [36], [72], [120]] } }""");

        Assert.Equal(ExitCode.Done, await Inspect("--settings", folder.In("a.json")));

        string html = File.ReadAllText(Report);
        Assert.Contains("[[9], [18], [36], [72], [120]]", html, StringComparison.Ordinal);
        Assert.Contains("input of 128 px", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_splits_of_a_prepared_folder_are_looked_at()
    {
        for (int i = 0; i < 5; i++)
        {
            folder.WritePair($"data/plant{i}");
        }

        await PrepareCommand.Create().Parse(["--data", folder.In("data"), "--out", folder.In("out")]).InvokeAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Done, await InspectCommand.Create().Parse(["--data", folder.In("out"), "--report", Report]).InvokeAsync(null, TestContext.Current.CancellationToken));
        Assert.Contains("5 of 5 pictures", File.ReadAllText(Report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_photograph_that_is_cut_off_is_counted()
    {
        folder.WritePair("data/plant1");
        ImageFile.Write(folder.In("data/plant2.jpg"), DataFolder.Picture());
        ColourMask.Write(folder.In("data/plant2_label.png"), DataFolder.TwoLeaves());
        JpegWriter.CutOffBehindThumbnail(folder.In("data/plant2.jpg"));

        // One of two pictures: the report is written, and the loss is an error.
        Assert.Equal(ExitCode.BadFile, await Inspect());

        Assert.Contains($"<b>1</b> {Finding.Title(FindingKind.Unreadable)}", File.ReadAllText(Report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_nothing_can_be_used_an_older_report_stays()
    {
        folder.WritePair("data/plant1");
        File.WriteAllText(folder.In("data/plant1_rgb.png"), "Not Found");
        File.WriteAllText(Report, "older");

        Assert.Equal(ExitCode.BadFile, await Inspect());
        Assert.Equal("older", File.ReadAllText(Report));
    }

    [Theory]
    [InlineData("--pictures", "-1", ExitCode.BadArgument)]
    [InlineData("--settings", "absent.json", ExitCode.BadFile)]
    public async Task A_wrong_argument_has_an_exit_code_of_its_own(string name, string value, int exitCode)
    {
        folder.WritePair("data/plant1");

        Assert.Equal(exitCode, await Inspect(name, value));
        Assert.False(File.Exists(Report));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private Task<int> Inspect(params string[] arguments) =>
        InspectCommand.Create().Parse([.. arguments, "--data", folder.In("data"), "--report", Report]).InvokeAsync(null, TestContext.Current.CancellationToken);
}
