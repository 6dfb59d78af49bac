using System.CommandLine;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Tests.Datasets;
using LeafSeg.ModelTraining.Tests.Evaluation;
using nietras.SeparatedValues;
using OpenCvSharp;
using Parquet.Serialization;

namespace LeafSeg.ModelTraining.Tests.Commands;

public sealed class PredictCommandTests(TrialNetwork network) : IClassFixture<TrialNetwork>, IDisposable
{
    private readonly TrialFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task Pictures_and_folders_get_labels_overlays_and_a_line_for_each_leaf()
    {
        string single = files.WritePicture("b.jpg", seed: 1);
        files.WritePicture("folder/a_rgb.png");
        files.WritePicture("folder/a_label.png");
        files.WritePicture("folder/deeper/c.png");

        Assert.Equal(ExitCode.Done, await Predict(network.Checkpoint, [files.At("folder"), single], "--mm-per-px", "0.5", "--score-threshold", "0.3"));

        Assert.Equal(
            ["a_label.png", "a_overlay.jpg", "b_label.png", "b_overlay.jpg", "leaves.csv", "plants.csv"],
            Directory.GetFiles(files.At("out")).Select(path => Path.GetFileName(path)).Order());
        string[] plants = File.ReadAllLines(files.At("out", "plants.csv"));
        string[][] leaves = [.. File.ReadAllLines(files.At("out", "leaves.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(3, plants.Length);
        Assert.StartsWith("a_rgb.png,160,160,", plants[1], StringComparison.Ordinal);
        int doubt = Array.IndexOf(plants[0].Split(','), "doubt");
        Assert.All(plants.Skip(1), line => Assert.InRange(double.Parse(line.Split(',')[doubt], System.Globalization.CultureInfo.InvariantCulture), .01, .99));
        foreach ((string picture, string name) in new[] { ("a_rgb.png", "a"), ("b.jpg", "b") })
        {
            // A colour of the palette is one leaf; the line's area is the number of its pixels.
            LabelMap labels = ColourMask.Read(files.At("out", $"{name}_label.png"));
            Assert.Equal((160, 160), (labels.Width, labels.Height));
            string[][] lines = [.. leaves.Where(line => line[0] == picture)];
            Assert.NotEmpty(lines);
            Assert.Equal(labels.Areas().Select(leaf => leaf.Area).Order(), lines.Select(line => int.Parse(line[3], null)).Order());
            Assert.Equal(Enumerable.Range(1, lines.Length), lines.Select(line => int.Parse(line[1], null)));
            Assert.All(lines, line => Assert.Equal(int.Parse(line[3], null) * 0.25, double.Parse(line[14], System.Globalization.CultureInfo.InvariantCulture), 1e-3));
        }
    }

    [Fact]
    public async Task A_picture_that_cannot_be_read_is_counted_and_the_others_go_on()
    {
        File.WriteAllText(files.At("broken.png"), "not a picture");
        string whole = files.WritePicture("whole.png");

        Assert.Equal(ExitCode.BadFile, await Predict(network.Checkpoint, [files.At("broken.png"), whole]));

        Assert.True(File.Exists(files.At("out", "whole_label.png")));
        Assert.False(File.Exists(files.At("out", "broken_label.png")));
        Assert.Equal(2, File.ReadAllLines(files.At("out", "plants.csv")).Length);
    }

    [Fact]
    public async Task A_photograph_that_is_cut_off_is_an_error()
    {
        string picture = files.WritePicture("a.jpg");
        JpegWriter.CutOffBehindThumbnail(picture);

        string said = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.BadFile, await Predict(network.Model, [picture])));

        Assert.Contains($"{picture}: the JPEG picture is cut off", said, StringComparison.Ordinal);
        Assert.False(File.Exists(files.At("out", "a_label.png")));
    }

    [Fact]
    public async Task What_a_picture_was_converted_from_is_reported()
    {
        string deep = files.At("deep.png"), clear = files.At("clear.png");
        using (Mat sixteenBits = new(64, 64, MatType.CV_16UC3, new Scalar(9000, 20000, 9000)), alpha = new(64, 64, MatType.CV_8UC4, new Scalar(40, 80, 40, 128)))
        {
            Cv2.ImWrite(deep, sixteenBits);
            Cv2.ImWrite(clear, alpha);
        }

        string said = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.Done, await Predict(network.Model, [deep, clear])));

        Assert.Contains($"1 {Finding.Title(FindingKind.SixteenBit)}; {deep}: 16 bits", said, StringComparison.Ordinal);
        Assert.Contains($"1 {Finding.Title(FindingKind.Alpha)}; {clear}: has", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_below_are_looked_into_where_it_is_asked_for_and_what_is_passed_over_is_counted()
    {
        files.WritePicture("season/monday/pot1_20240501_0930.png");
        files.WritePicture("season/tuesday/pot1_20240502_0930.webp", seed: 1);
        File.WriteAllText(files.At("season", "monday", "notes.txt"), "dry");
        File.WriteAllText(files.At("season", "monday", "._pot1.png"), "macOS");

        string refused = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.BadFile, await Predict(network.Model, [files.At("season")])));
        string said = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.Done, await Predict(network.Model, [files.At("season")], "--recursive", "--parquet")));

        Assert.Contains("2 pictures in the folders below it (monday, tuesday)", refused, StringComparison.Ordinal);
        Assert.Contains("passed over 1 ._* (macOS), 1 .txt", said, StringComparison.Ordinal);
        Assert.True(File.Exists(files.At("out", "monday", "pot1_20240501_0930_label.png")));
        using SepReader plants = Sep.Reader().FromFile(files.At("out", "plants.csv"));
        string[][] rows = [.. plants.Enumerate(row => new[] { row["picture"].ToString(), row["time"].ToString(), row["time_from"].ToString(), row["plant"].ToString(), row["model"].ToString() })];
        Assert.Equal(["monday/pot1_20240501_0930.png", "2024-05-01T09:30:00", "name", "monday/pot1"], rows[0][..4]);
        Assert.NotEmpty(rows[1][4]);
        IList<PlantRow> parquet = (await ParquetSerializer.DeserializeAsync<PlantRow>(files.At("out", "plants.parquet"), cancellationToken: TestContext.Current.CancellationToken)).Data;
        Assert.Equal(["2024-05-01T09:30:00", "2024-05-02T09:30:00"], parquet.Select(row => row.Time));
    }

    [Fact]
    public async Task Every_page_of_a_stack_is_a_picture_of_its_own_where_it_is_asked_for()
    {
        Mat[] pages = [.. Enumerable.Range(1, 3).Select(page => new Mat(64, 64, MatType.CV_8UC3, new Scalar(page * 40, 90, 60)))];
        Cv2.ImWrite(files.At("stack.tif"), pages);

        string first = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.Done, await Predict(network.Model, [files.At("stack.tif")])));
        Assert.Equal(ExitCode.Done, await Predict(network.Model, [files.At("stack.tif")], "--page", "all", "--force"));

        Assert.Contains("page 1 of 3", first, StringComparison.Ordinal);
        Assert.Equal(["stack_label.png", "stack_page1_label.png", "stack_page2_label.png", "stack_page3_label.png"],
            Directory.GetFiles(files.At("out"), "*_label.png").Select(path => Path.GetFileName(path)).Order());
    }

    [Fact]
    public async Task A_picture_made_much_smaller_says_what_is_lost()
    {
        ImageFile.Write(files.At("tray.png"), new RgbImage(1200, 900));

        string said = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.Done, await Predict(network.Model, [files.At("tray.png")])));

        Assert.Contains("1200x900 made ", said, StringComparison.Ordinal);
        Assert.Contains("--tile", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pots_of_a_file_are_a_row_each()
    {
        string picture = files.WritePicture("tray.png");
        File.WriteAllText(files.At("pots.json"), """
            "pots": {
              "rectangles": [
                { "plant": "left", "x": 0, "y": 0, "width": 80, "height": 160 },
                { "plant": "right", "x": 80, "y": 0, "width": 80, "height": 160 } // as layout prints them
              ]
            }
            """);

        Assert.Equal(ExitCode.Done, await Predict(network.Model, [picture], "--pots", files.At("pots.json"), "--score-threshold", "0.3"));

        using SepReader plants = Sep.Reader().FromFile(files.At("out", "plants.csv"));
        (string, int)[] rows = [.. plants.Enumerate(row => (row["plant"].ToString(), row["leaf_count"].Parse<int>()))];
        string[][] leaves = [.. File.ReadAllLines(files.At("out", "leaves.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(["left", "right"], rows.Select(row => row.Item1));
        Assert.Equal(rows.Sum(row => row.Item2), leaves.Length);
        Assert.All(rows, row => Assert.Equal(Enumerable.Range(1, row.Item2), leaves.Where(leaf => leaf.Contains(row.Item1)).Select(leaf => int.Parse(leaf[1], null))));
    }

    [Fact]
    public async Task The_trays_pots_are_those_of_the_agents_layout()
    {
        string tray = files.At("tray.png");
        ImageFile.Write(tray, Common.Tests.Synthesis.RenderedTray.Render(columns: 5, rows: 4, pot: 400, rim: 60));

        Assert.Equal(ExitCode.Done, await Predict(network.Model, [tray], "--pots", "auto"));

        string[] plants = [.. File.ReadAllLines(files.At("out", "plants.csv")).Skip(1)];
        Assert.Equal(20, plants.Length);
        Assert.Contains(plants, line => line.Contains(",d5,", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}", "has no pots")]
    [InlineData("""{ "pots": { "rectangle": [] } }""", "no pots can be read")]
    [InlineData("""{ "pots": { "rectangles": [ { "plant": "a", "width": 9, "height": 9 }, { "plant": "b", "x": 5, "width": 9, "height": 9 } ] } }""", "a and b overlap")]
    public async Task Pots_that_cannot_be_used_are_refused_before_anything_is_written(string json, string message)
    {
        string picture = files.WritePicture("a.png");
        File.WriteAllText(files.At("pots.json"), json);

        string said = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.BadFile, await Predict(network.Model, [picture], "--pots", files.At("pots.json"))));

        Assert.Contains(message, said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(files.At("out")));
    }

    [Theory]
    [InlineData("pot_2024-05-01-09-30-15", "2024-05-01T09:30:15")]
    [InlineData("20240501_0930_pot", "2024-05-01T09:30:00")]
    [InlineData("pot7_20240501", "2024-05-01T00:00:00")]
    [InlineData("pot123456789012", null)]
    public void A_time_is_found_in_a_name(string name, string? time)
    {
        Assert.Equal(time, new PictureTime(null).Of(name, null)?.Time.ToString("s", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("exif", new PictureTime(null).Of(name, new DateTime(2024, 1, 2))!.Value.From);
    }

    [Fact]
    public async Task What_an_earlier_run_left_is_written_over_only_with_force()
    {
        string picture = files.WritePicture("a.png");
        Directory.CreateDirectory(files.At("out"));
        File.WriteAllText(files.At("out", "a_label.png"), "precious");

        Assert.Equal(ExitCode.BadFile, await Predict(network.Model, [picture]));
        Assert.Equal("precious", File.ReadAllText(files.At("out", "a_label.png")));
        Assert.Single(Directory.GetFiles(files.At("out")));

        Assert.Equal(ExitCode.Done, await Predict(network.Model, [picture], "--force"));
        Assert.NotEqual("precious", File.ReadAllText(files.At("out", "a_label.png")));
    }

    [Fact]
    public async Task A_picture_that_is_read_is_never_written_over()
    {
        string picture = files.WritePicture("out/a.png"), alsoRead = files.WritePicture("out/a_label.png", seed: 1);
        byte[] before = File.ReadAllBytes(alsoRead);

        Assert.Equal(ExitCode.BadFile, await Predict(network.Model, [picture, alsoRead], "--force"));

        Assert.Equal(before, File.ReadAllBytes(alsoRead));
    }

    [Fact]
    public async Task Two_pictures_of_one_name_are_refused_before_anything_is_written()
    {
        string[] both = [files.WritePicture("a.png"), files.WritePicture("other/a_rgb.png")];

        Assert.Equal(ExitCode.BadArgument, await Predict(network.Model, both));
        Assert.False(Directory.Exists(files.At("out")));
    }

    [Fact]
    public async Task An_interrupted_run_says_so_and_leaves_nothing_half_written()
    {
        string picture = files.WritePicture("a.png");
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();

        Assert.Equal(ExitCode.Interrupted, await Parse(network.Model, [picture]).InvokeAsync(cancellationToken: cancelled.Token));
        Assert.DoesNotContain(Directory.GetFiles(files.At("out")), file => file.EndsWith(".png", StringComparison.Ordinal) || file.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ExitCode.BadArgument, "a.png", "--mm-per-px", "-1")]
    [InlineData(ExitCode.BadArgument, "a.png", "--score-threshold", "0")]
    [InlineData(ExitCode.BadFile, "nowhere.png", "--mm-per-px", "1")]
    [InlineData(ExitCode.BadFile, "empty", "--mm-per-px", "1")]
    public async Task What_cannot_be_used_is_refused_before_anything_is_written(int expected, string path, string option, string value)
    {
        files.WritePicture("a.png");
        Directory.CreateDirectory(files.At("empty"));

        Assert.Equal(expected, await Predict(network.Model, [files.At(path)], option, value));
        Assert.False(Directory.Exists(files.At("out")));
    }

    private Task<int> Predict(string model, string[] paths, params string[] more) =>
        Parse(model, paths, more).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

    private ParseResult Parse(string model, string[] paths, params string[] more) =>
        PredictCommand.Create().Parse(["--model", model, "--out", files.At("out"), .. more, .. paths]);
}
