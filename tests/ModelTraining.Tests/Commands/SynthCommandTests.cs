using System.CommandLine;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Commands;

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
            Directory.GetFiles(In("a")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
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
        Assert.Equal(3, Directory.GetFiles(In("a")).Length);
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

    private static HashSet<int> Colours(string path)
    {
        RgbImage mask = ImageFile.Read(path);
        return [.. Enumerable.Range(0, mask.Width * mask.Height)
            .Select(i => (mask.Pixels[i * 3] << 16) | (mask.Pixels[(i * 3) + 1] << 8) | mask.Pixels[(i * 3) + 2])
            .Where(colour => colour != 0)];
    }

    private string In(string name) => Path.Combine(folder, name);

    private Task<int> Synth(string name, params string[] arguments) => Synth(name, TestContext.Current.CancellationToken, arguments);

    private Task<int> Synth(string name, CancellationToken cancellation, params string[] arguments)
    {
        string[] size = arguments.Contains("--size") ? [] : ["--size", "128"];
        return SynthCommand.Create().Parse([.. arguments, .. size, "--out", In(name)]).InvokeAsync(null, cancellation);
    }
}
