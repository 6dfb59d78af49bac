using System.CommandLine;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Tests.Commands;

public sealed class SynthCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("leafseg-synth-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Each_picture_has_a_mask_of_its_size_in_the_csiro_format()
    {
        Assert.Equal(ExitCode.Done, await Synth("a", "--count", "3"));

        Assert.Equal(
            ["plant00000_label.png", "plant00000_rgb.png", "plant00001_label.png", "plant00001_rgb.png", "plant00002_label.png", "plant00002_rgb.png"],
            PicturesAndMasks("a").Order(StringComparer.Ordinal));
        LabelMap mask = ColourMask.Read(Path.Combine(In("a"), "plant00000_label.png"));
        Assert.Equal((128, 128), (mask.Width, mask.Height));
        Assert.All(mask.Areas(), leaf => Assert.True(leaf.Area >= 25));
    }

    [Fact]
    public async Task A_picture_depends_neither_on_the_threads_nor_on_the_count()
    {
        await Synth("a", "--count", "4", "--threads", "1");
        await Synth("b", "--count", "7", "--threads", "3");

        foreach (string file in Directory.GetFiles(In("a")))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(In("b"), Path.GetFileName(file))));
        }
    }

    [Fact]
    public async Task A_leaf_keeps_its_colour_through_a_time_lapse()
    {
        await Synth("a", "--count", "6", "--timelapse", "--seed", "4", "--min-leaves", "6");

        HashSet<int>[] colours = [.. Enumerable.Range(0, 6).Select(frame => Colours(Path.Combine(In("a"), $"plant4_frame{frame:00000}_label.png")))];

        Assert.Subset(colours.SelectMany(set => set).ToHashSet(), colours[0]);
        Assert.True(colours[^1].Count > colours[0].Count);
        Assert.Subset(colours[^1], colours[0]);
    }

    [Fact]
    public async Task A_folder_that_is_not_empty_is_left_alone_unless_forced()
    {
        Directory.CreateDirectory(In("a"));
        File.WriteAllText(Path.Combine(In("a"), "thesis.txt"), "irreplaceable");

        Assert.Equal(ExitCode.BadFile, await Synth("a", "--count", "1"));
        Assert.Single(Directory.GetFiles(In("a")));

        Assert.Equal(ExitCode.Done, await Synth("a", "--count", "1", "--force"));
        Assert.Equal(3, PicturesAndMasks("a").Count());
    }

    [Theory]
    [InlineData("--count", "0")]
    [InlineData("--count", "100000")]
    [InlineData("--threads", "0")]
    [InlineData("--size", "20")]
    [InlineData("--max-leaves", "90")]
    public async Task A_wrong_argument_writes_nothing(string name, string value)
    {
        string[] arguments = name == "--count" ? [name, value] : ["--count", "1", name, value];

        Assert.Equal(ExitCode.BadArgument, await Synth("a", arguments));
        Assert.False(Directory.Exists(In("a")));
    }

    [Fact]
    public async Task A_settings_file_counts_where_no_option_does()
    {
        Settings("""{ "Size": 96, "MinLeaves": 3, "NoPlantShare": 1, /* empty pots */ }""");

        Assert.Equal(ExitCode.Done, await Synth("a", "--count", "1", "--settings", In("settings.json")));
        Assert.Equal(ExitCode.Done, await SynthCommand.Create()
            .Parse(["--count", "1", "--settings", In("settings.json"), "--out", In("b")]).InvokeAsync(null, TestContext.Current.CancellationToken));

        LabelMap optioned = ColourMask.Read(Path.Combine(In("a"), "plant00000_label.png")), filed = ColourMask.Read(Path.Combine(In("b"), "plant00000_label.png"));
        Assert.Equal((128, 96), (optioned.Width, filed.Width));
        Assert.Empty(filed.Areas());
    }

    [Fact]
    public async Task Kinds_are_chosen_by_name_and_classic_is_none_of_them()
    {
        Settings("""{ "EmptySceneShare": 1 }""");
        await Synth("a", "--count", "3", "--settings", In("settings.json"));
        await Synth("b", "--count", "3", "--settings", In("settings.json"), "--kinds", "classic");
        await Synth("c", "--count", "3", "--kinds", "few-leaves, empty=.0");
        RosetteSettings classic = new() { Size = 128 };

        for (int i = 0; i < 3; i++)
        {
            Assert.Empty(Label("a", i).Areas());
            Assert.Equal(RosetteRenderer.Render(classic, RosetteRenderer.SeedOf(1, i)).Image.Pixels, ImageFile.Read(Path.Combine(In("b"), $"plant{i:00000}_rgb.png")).Pixels);
            Assert.Equal(
                Areas(RosetteRenderer.Render(classic with { FewLeafShare = 1 }, RosetteRenderer.SeedOf(1, i)).Labels), Areas(Label("c", i)));
        }

        LabelMap Label(string name, int index) => ColourMask.Read(Path.Combine(In(name), $"plant{index:00000}_label.png"));

        static IEnumerable<int> Areas(LabelMap labels) => labels.Areas().Select(leaf => leaf.Area).Order();
    }

    [Fact]
    public async Task What_is_too_small_for_a_label_is_written_beside_it_and_read_as_ignored()
    {
        await Synth("a", "--count", "6", "--kinds", "classic", "--min-area", "400");
        LabelledPictures pictures = LabelledPictures.Open(In("a"));
        LeafPicture picture = Enumerable.Range(0, 6).Select(pictures.Read).First(picture => picture.Ignored is not null);
        ushort[] taught = picture.TaughtLabels().Labels;

        Assert.Equal(6, pictures.Count);
        Assert.Contains(taught, label => label >= LeafPicture.FirstIgnored);
        Assert.Equal(picture.Labels.Labels, taught.Select(label => label >= LeafPicture.FirstIgnored ? (ushort)0 : label));

        await Synth("a", "--count", "6", "--kinds", "empty", "--force");
        Assert.Empty(Directory.GetFiles(In("a"), "*_ignored.png"));
    }

    [Theory]
    [InlineData("greenhouse", "'greenhouse' is not a kind, expected classic or some of few-leaves, bright, ")]
    [InlineData("bright,", "'' is not a kind")]
    [InlineData("bright=2", "the share of bright is '2', expected a number from 0 to 1")]
    [InlineData("bright=much", "the share of bright is 'much'")]
    [InlineData("bright,bright=.5", "bright is named twice")]
    public async Task A_wrong_kind_writes_nothing(string kinds, string expected)
    {
        SettingsException refusal = Assert.Throws<SettingsException>(() => SceneKinds.Apply(new RosetteSettings(), kinds));

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadArgument, await Synth("a", "--count", "1", "--kinds", kinds));
        Assert.False(Directory.Exists(In("a")));
    }

    [Theory]
    [InlineData("""{ "MaxLeafs": 9 }""", "RosetteSettings.MaxLeafs is not a setting, expected one of Size, ")]
    [InlineData("""{ "maxLeaves": 9 }""", "RosetteSettings.maxLeaves is not a setting")]
    [InlineData("""{ "MostLeaves": 9 }""", "RosetteSettings.MostLeaves is not a setting")]
    [InlineData("""{ "MaxLeaves": 9.5 }""", "RosetteSettings.MaxLeaves is 9.5, expected a whole number.")]
    [InlineData("""{ "MaxLeaves": "9" }""", "RosetteSettings.MaxLeaves is \"9\", expected a whole number.")]
    [InlineData("""{ "SmallShare": null }""", "RosetteSettings.SmallShare is null, expected a number.")]
    [InlineData("""{ "SmallShare": 1e99 }""", "RosetteSettings.SmallShare is 1e99, expected a number.")]
    [InlineData("""{ "SmallShare": 1.5 }""", "RosetteSettings.SmallShare is 1.5, expected 0 to 1.")]
    [InlineData("""{ "Size": 100, "Size": 200 }""", "RosetteSettings.Size is named twice")]
    [InlineData("[]", "holds an array, expected a JSON object of settings")]
    [InlineData("{ Size = 3", "settings.json")]
    public void A_wrong_settings_file_is_refused_by_path_and_setting(string json, string expected)
    {
        Settings(json);

        SettingsException refusal = Assert.Throws<SettingsException>(() => RosetteSettingsFile.Read(In("settings.json")));

        Assert.StartsWith(In("settings.json"), refusal.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_or_missing_settings_file_writes_nothing()
    {
        Settings("""{ "MaxLeafs": 9 }""");

        Assert.Equal(ExitCode.BadArgument, await Synth("a", "--count", "1", "--settings", In("settings.json")));
        Assert.Equal(ExitCode.BadFile, await Synth("a", "--count", "1", "--settings", In("missing.json")));
        Assert.False(Directory.Exists(In("a")));
    }

    [Fact]
    public async Task Photographs_are_set_below_the_plants_and_a_folder_without_any_is_refused()
    {
        Directory.CreateDirectory(In("photos"));
        Assert.Equal(ExitCode.BadFile, await Synth("a", "--count", "1", "--backgrounds", In("photos")));
        Assert.Equal(ExitCode.BadFile, await Synth("a", "--count", "1", "--backgrounds", In("nowhere")));
        Assert.False(Directory.Exists(In("a")));

        byte[] white = new byte[100 * 100 * 3];
        white.AsSpan().Fill(255);
        ImageFile.Write(Path.Combine(In("photos"), "white.png"), new RgbImage(100, 100, white));
        Settings("""{ "PlateShare": 1 }""");
        await Synth("a", "--count", "2", "--settings", In("settings.json"), "--backgrounds", In("photos"));
        await Synth("b", "--count", "2", "--settings", In("settings.json"), "--backgrounds", In("photos"), "--threads", "1");
        await Synth("c", "--count", "2", "--settings", In("settings.json"));

        const string First = "plant00000_rgb.png";
        Assert.Equal(File.ReadAllBytes(Path.Combine(In("a"), First)), File.ReadAllBytes(Path.Combine(In("b"), First)));
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(In("a"), First)), File.ReadAllBytes(Path.Combine(In("c"), First)));
    }

    [Fact]
    public async Task A_folder_below_a_file_is_refused()
    {
        File.WriteAllText(In("file"), "");

        Assert.Equal(ExitCode.BadFile, await Synth("file/a", "--count", "1"));
    }

    [Fact]
    public async Task An_interrupted_run_leaves_only_whole_pictures()
    {
        using CancellationTokenSource cancellation = new(TimeSpan.FromMilliseconds(300));

        Assert.Equal(ExitCode.Interrupted, await Synth("a", cancellation.Token, "--count", "50000"));

        string[] files = [.. Directory.GetFiles(In("a")).Select(file => Path.GetFileName(file))];
        Assert.DoesNotContain(files, file => file.StartsWith('.'));
        Assert.All(Directory.GetFiles(In("a"), "*_rgb.png"), file =>
        {
            Assert.Equal(128, ImageFile.Read(file).Width);
            Assert.True(File.Exists(file.Replace("_rgb", "_label", StringComparison.Ordinal)));
        });
    }

    /// <summary>All files but the regions to ignore, which only some pictures have.</summary>
    private IEnumerable<string> PicturesAndMasks(string name) =>
        Directory.GetFiles(In(name)).Select(file => Path.GetFileName(file)).Where(file => !file.EndsWith("_ignored.png", StringComparison.Ordinal));

    private static HashSet<int> Colours(string path)
    {
        RgbImage mask = ImageFile.Read(path);
        return [.. Enumerable.Range(0, mask.Width * mask.Height)
            .Select(i => (mask.Pixels[i * 3] << 16) | (mask.Pixels[(i * 3) + 1] << 8) | mask.Pixels[(i * 3) + 2])
            .Where(colour => colour != 0)];
    }

    private void Settings(string json) => File.WriteAllText(In("settings.json"), json);

    private string In(string name) => Path.Combine(folder, name);

    private Task<int> Synth(string name, params string[] arguments) => Synth(name, TestContext.Current.CancellationToken, arguments);

    private Task<int> Synth(string name, CancellationToken cancellation, params string[] arguments)
    {
        string[] size = arguments.Contains("--size") ? [] : ["--size", "128"];
        return SynthCommand.Create().Parse([.. arguments, .. size, "--out", In(name)]).InvokeAsync(null, cancellation);
    }
}
