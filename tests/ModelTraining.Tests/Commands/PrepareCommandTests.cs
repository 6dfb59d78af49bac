using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Preparation;
using LeafSeg.ModelTraining.Tests.Datasets;

namespace LeafSeg.ModelTraining.Tests.Commands;

public sealed class PrepareCommandTests : IDisposable
{
    private readonly DataFolder folder = new();

    private string Data => folder.In("data");

    private string Out => folder.In("out");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Nothing_is_lost_on_the_way_into_the_one_layout()
    {
        WriteSeries(plants: 10);

        Assert.Equal(ExitCode.Done, await Prepare());

        LabelledPictures before = LabelledPictures.Open(Data);
        LeafPicture[] after = [.. Both().OrderBy(picture => picture.Name, StringComparer.Ordinal)];
        Assert.Equal(before.Names, after.Select(picture => picture.Name));
        for (int i = 0; i < after.Length; i++)
        {
            LeafPicture original = before.Read(i);
            Assert.Equal(original.Image.Pixels, after[i].Image.Pixels);
            Assert.Equal(original.Labels.Labels, after[i].Labels.Labels);
        }

        string[] index = File.ReadAllLines(Path.Combine(Out, "index.csv"));
        Assert.Equal(PreparedFolder.IndexHeader, index[0]);
        Assert.Equal(10, index.Length - 1);
        Assert.Equal(2, index.Count(line => line.Contains(",validation,48,32,", StringComparison.Ordinal)));
        Assert.True(File.Exists(Path.Combine(Out, "train", "plant0", "images", "plant0.png")) || File.Exists(Path.Combine(Out, "validation", "plant0", "images", "plant0.png")));
    }

    [Fact]
    public async Task Regions_to_ignore_are_kept()
    {
        folder.WritePair("data/a");
        LabelMap regions = new(48, 32);
        DataFolder.Fill(regions, 1, 40, 2, 46, 8);
        DataFolder.Fill(regions, 2, 2, 25, 8, 30);
        ColourMask.Write(folder.In("data/a_ignored.png"), regions);

        Assert.Equal(ExitCode.Done, await Prepare());

        Assert.Equal([36, 30], Assert.Single(Both()).Ignored!.Areas().Select(region => region.Area));
    }

    [Theory]
    [InlineData(ExitCode.BadFile)]
    [InlineData(ExitCode.Done, "--allow-loss")]
    public async Task More_than_a_tenth_of_the_pictures_left_out_is_an_error(int expected, params string[] more)
    {
        WriteSeries(plants: 4);
        ColourMask.Write(folder.In("data/plant1_label.png"), new LabelMap(20, 20));

        Assert.Equal(expected, await Prepare(more));
        Assert.Equal(expected == ExitCode.Done, Directory.Exists(Path.Combine(Out, "train")));
    }

    [Theory]
    [InlineData("prepare")]
    [InlineData("inspect")]
    public async Task Where_no_picture_can_be_used_the_most_frequent_cause_comes_first(string command)
    {
        ImageFile.Write(folder.In("data/alone_rgb.png"), DataFolder.Picture());
        LabelMap foreground = new(48, 32);
        DataFolder.Fill(foreground, 1, 4, 4, 14, 14);
        DataFolder.Fill(foreground, 1, 24, 4, 34, 14);
        for (int i = 0; i < 3; i++)
        {
            folder.WritePair($"data/plant{i}", foreground);
        }

        string said = await ConsoleOutput.By(async () => Assert.Equal(
            ExitCode.BadFile, command == "prepare" ? await Prepare() : await InspectCommand.Create().Parse(["--data", Data, "--report", folder.In("report.html")]).InvokeAsync(null, TestContext.Current.CancellationToken)));

        string[] lines = [.. said.Split('\n').SkipWhile(line => !line.Contains("can be used:", StringComparison.Ordinal))];
        Assert.Contains("not one of 3 pictures can be used", lines[0], StringComparison.Ordinal);
        Assert.Contains("3 masks of the foreground alone", lines[1], StringComparison.Ordinal);
        Assert.Contains("1 pictures without a mask", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lobed_leaf_that_was_said_to_be_one_is_one_from_then_on()
    {
        LabelMap labels = new(48, 32);
        DataFolder.Fill(labels, 1, 4, 4, 14, 14);
        DataFolder.Fill(labels, 1, 24, 4, 34, 14);
        folder.WritePair("data/plant", labels);

        Assert.Equal(ExitCode.Done, await Prepare("--one-leaf"));

        Assert.Single(Assert.Single(Both()).Labels.Areas());
    }

    [Fact]
    public async Task Frames_of_one_plant_stay_on_one_side()
    {
        for (int frame = 0; frame < 5; frame++)
        {
            foreach (string plant in new[] { "a", "b", "c", "d" })
            {
                folder.WritePair($"data/{plant}_frame{frame:00}");
            }
        }

        Assert.Equal(ExitCode.Done, await Prepare());

        string[] train = Ids("train"), validation = Ids("validation");
        Assert.Equal((15, 5), (train.Length, validation.Length));
        Assert.Empty(train.Select(id => id[0]).Intersect(validation.Select(id => id[0])));
    }

    [Fact]
    public async Task The_frames_of_a_rendered_time_lapse_are_one_plant()
    {
        foreach (string seed in new[] { "3", "4" })
        {
            await SynthCommand.Create().Parse(["--timelapse", "--count", "3", "--size", "64", "--seed", seed, "--out", folder.In("data"), "--force"])
                .InvokeAsync(null, TestContext.Current.CancellationToken);
        }

        Assert.Equal(ExitCode.Done, await Prepare());

        Assert.Single(Ids("train").Select(id => id[..6]).Distinct());
        Assert.Equal((3, 3), (Ids("train").Length, Ids("validation").Length));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_split()
    {
        WriteSeries(plants: 20);
        await Prepare("--seed", "5");
        string[] first = Ids("validation");
        await Prepare("--seed", "5", "--replace", "--threads", "1");
        string[] again = Ids("validation");
        await Prepare("--seed", "6", "--replace");

        Assert.Equal(first, again);
        Assert.NotEqual(first, Ids("validation"));
    }

    [Fact]
    public async Task Whatever_is_wrong_with_some_pictures_the_others_are_prepared_and_the_report_counts_the_rest()
    {
        WriteSeries(plants: 4);
        LabelMap sliver = DataFolder.TwoLeaves();
        sliver[0, 0] = 3;
        folder.WritePair("data/sliver", sliver);
        ImageFile.Write(folder.In("data/lone_rgb.png"), DataFolder.Picture());
        ColourMask.Write(folder.In("data/orphan_label.png"), DataFolder.TwoLeaves());
        folder.WritePair("data/sizes");
        ImageFile.Write(folder.In("data/sizes_rgb.png"), DataFolder.Picture(20, 20));
        folder.WritePair("data/broken");
        File.WriteAllBytes(folder.In("data/broken_rgb.png"), File.ReadAllBytes(folder.In("data/broken_rgb.png"))[..100]);

        Assert.Equal(ExitCode.Done, await Prepare("--allow-loss"));

        Assert.Equal(["plant0", "plant1", "plant2", "plant3", "sliver"], Both().Select(picture => picture.Name).Order());
        Assert.Equal(2, Both().Single(picture => picture.Name == "sliver").Labels.Areas().Count);
        string report = File.ReadAllText(Path.Combine(Out, "report.html"));
        foreach (FindingKind kind in new[]
        {
            FindingKind.Sliver, FindingKind.PictureWithoutMask, FindingKind.MaskWithoutPicture, FindingKind.SizesDiffer, FindingKind.Unreadable,
        })
        {
            Assert.Contains($"<b>1</b> {Finding.Title(kind)}", report, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Two_sources_with_the_same_names_stand_side_by_side()
    {
        folder.WritePair("data/plant1");
        folder.WritePair("more/plant1", new LabelMap(48, 32));

        Assert.Equal(ExitCode.Done, await Prepare("--data", folder.In("more")));

        Assert.Equal(["plant1", "plant1-2"], Both().Select(picture => picture.Name).Order());
    }

    [Fact]
    public async Task One_plant_in_two_sources_stays_on_one_side_where_a_rule_names_it()
    {
        for (int plant = 0; plant < 8; plant++)
        {
            folder.WritePair($"data/pot{plant}_monday");
            folder.WritePair($"more/pot{plant}_tuesday");
        }

        Assert.Equal(ExitCode.Done, await Prepare("--data", folder.In("more"), "--group", @"^pot\d+"));

        Assert.Equal(4, Ids("validation").Length);
        Assert.Empty(Ids("train").Select(id => id[..4]).Intersect(Ids("validation").Select(id => id[..4])));
    }

    [Theory]
    [InlineData("plant{0}", true)]
    [InlineData("plant{0}_frame{1}", false)]
    public async Task A_larger_set_of_groups_of_one_picture_is_reported(string name, bool isReported)
    {
        for (int i = 0; i < 20; i++)
        {
            folder.WritePair("data/" + string.Format(CultureInfo.InvariantCulture, name, isReported ? i : i / 2, i));
        }

        string said = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.Done, await Prepare()));

        Assert.Equal(isReported, said.Contains("20 of 20 pictures are a group of their own", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_prepared_can_be_prepared_again()
    {
        WriteSeries(plants: 5);
        await Prepare("--validation-share", "0");

        Assert.Equal(ExitCode.Done, await Run("--data", Path.Combine(Out, "train"), "--out", folder.In("again")));

        Assert.Equal(Ids("train").Length, Directory.GetDirectories(folder.In("again/train")).Length + Directory.GetDirectories(folder.In("again/validation")).Length);
    }

    [Fact]
    public async Task A_folder_with_other_things_in_it_is_left_alone_even_when_it_may_be_replaced()
    {
        WriteSeries(plants: 2);
        File.WriteAllText(folder.In("out/thesis.txt"), "irreplaceable");

        Assert.Equal(ExitCode.BadFile, await Prepare("--replace"));

        Assert.Equal([folder.In("out/thesis.txt")], Directory.GetFileSystemEntries(Out));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public async Task What_was_prepared_before_is_replaced_only_when_asked_for_and_never_by_half()
    {
        WriteSeries(plants: 3);
        await Prepare();
        folder.WritePair("data/plant9");

        Assert.Equal(ExitCode.BadFile, await Prepare());
        Assert.Equal(3, Both().Count());
        Assert.Equal(ExitCode.Done, await Prepare("--replace"));
        Assert.Equal(4, Both().Count());

        foreach (string file in Directory.GetFiles(Data, "*_rgb.png"))
        {
            File.WriteAllBytes(file, []);
        }

        Assert.Equal(ExitCode.BadFile, await Prepare("--replace"));
        Assert.Equal(4, Both().Count());
        Assert.Equal(["data", "out"], Entries());
    }

    [Fact]
    public async Task An_interrupted_run_leaves_nothing()
    {
        WriteSeries(plants: 3);
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();

        Assert.Equal(ExitCode.Interrupted, await PrepareCommand.Create().Parse(["--data", Data, "--out", Out]).InvokeAsync(null, cancelled.Token));

        Assert.Equal(["data"], Entries());
    }

    [Fact]
    public async Task What_a_killed_run_left_is_not_opened_and_is_removed_by_the_next()
    {
        WriteSeries(plants: 3);
        Directory.CreateDirectory(folder.In(".out.in-making/train/half"));

        Assert.Throws<DatasetException>(() => LabelledPictures.Open(Out));
        Assert.Equal(ExitCode.Done, await Prepare());

        Assert.Equal(["data", "out"], Entries());
        Assert.DoesNotContain("half", Ids("train"));
    }

    [Fact]
    public async Task Two_runs_do_not_write_one_folder()
    {
        WriteSeries(plants: 3);
        using FolderInMaking first = FolderInMaking.Begin(Out, replace: false);

        Assert.Equal(ExitCode.BadFile, await Prepare());
        Assert.True(Directory.Exists(first.Path));
    }

    [Theory]
    [InlineData("data/out")]
    [InlineData("data")]
    [InlineData(".")]
    public async Task The_output_lies_apart_from_the_input(string output)
    {
        WriteSeries(plants: 2);
        string[] before = [.. Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Order()];

        Assert.Equal(ExitCode.BadFile, await Run("--data", Data, "--out", Path.GetFullPath(Path.Combine(folder.Path, output))));

        Assert.Equal(before, Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Order());
    }

    [Theory]
    [InlineData("--min-area", "0")]
    [InlineData("--validation-share", "1")]
    [InlineData("--validation-share", "-1")]
    [InlineData("--threads", "0")]
    [InlineData("--group", "(")]
    public async Task A_wrong_argument_writes_nothing(string name, string value)
    {
        WriteSeries(plants: 2);

        Assert.Equal(ExitCode.BadArgument, await Prepare(name, value));
        Assert.Equal(["data"], Entries());
    }

    [Fact]
    public async Task A_prepared_folder_is_trained_on_one_split_at_a_time()
    {
        WriteSeries(plants: 3);
        await Prepare();

        Assert.Contains("name one split", Assert.Throws<DatasetException>(() => LabelledPictures.Open(Out)).Message, StringComparison.Ordinal);
    }

    private void WriteSeries(int plants)
    {
        for (int i = 0; i < plants; i++)
        {
            folder.WritePair($"data/plant{i}");
        }
    }

    private string[] Entries() => [.. Directory.GetFileSystemEntries(folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private string[] Ids(string split) => [.. Directory.GetDirectories(Path.Combine(Out, split)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private IEnumerable<LeafPicture> Both() => PreparedFolder.Splits(Out).Where(split => Directory.GetDirectories(split).Length > 0)
        .Select(split => LabelledPictures.Open(split)).SelectMany(pictures => Enumerable.Range(0, pictures.Count).Select(pictures.Read));

    private Task<int> Prepare(params string[] arguments) => Run([.. arguments, "--data", Data, "--out", Out]);

    private static Task<int> Run(params string[] arguments) =>
        PrepareCommand.Create().Parse(arguments).InvokeAsync(null, TestContext.Current.CancellationToken);
}
