using System.Runtime.CompilerServices;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EndToEnd;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Tests.Evaluation;
using LeafSeg.ModelTraining.Tests.Labelling.Page;
using LeafSeg.ModelTraining.Tests.Releasing;

namespace LeafSeg.ModelTraining.Tests.Commands;

/// <summary>A round with the real program: labelled pictures in, a release out, over a training of a few steps.</summary>
public sealed class ImproveCommandTests : IDisposable
{
    private const int Plants = 9;

    private readonly TrialFiles files = new();
    private readonly ReleasePublisher publisher = new();
    private readonly string poor;

    public ImproveCommandTests()
    {
        // It draws the same two leaves on every plant.
        poor = TinyModel.Write(TinyModel.Build(), Directory.CreateDirectory(files.At("poor")).FullName);
        Directory.CreateDirectory(files.At("pictures"));
        for (int i = 0; i < Plants; i++)
        {
            Rendering rendering = RosetteRenderer.Render(new RosetteSettings { Size = 192, NoPlantShare = 0 }, (ulong)i + 50);
            ImageFile.Write(files.At("pictures", $"pot{i}_2026060{i + 1}.png"), rendering.Image);
            LabelNote note = new() { Author = "anna", Time = DateTimeOffset.UnixEpoch, IsAccepted = i > 0 };
            File.WriteAllBytes(files.At("pictures", $"pot{i}_2026060{i + 1}_label.png"), note.WriteInto(LabelPicture.Encode(rendering.Labels)));
        }

        File.WriteAllText(files.At("short.json"), """
            {
              "Network": {
                "Backbone": "efficientnet-lite0", "InputSize": 192, "InputScale": 1, "SmallestInput": 192, "LargestInput": 256, "LeastObjectness": 0.2, "Convolutions": "Separable",
                "PyramidConvolutions": "Full", "RpnBeforeNms": 100, "Proposals": 60, "CanonicalBoxSize": 128, "CanonicalMaskSize": 224, "BoxHeadWidth": 640, "MaskPool": 16,
                "MaskMargin": 0.1, "ScoreThreshold": 0.45, "NmsIoU": 0.7
              },
              "Loss": { "RoiSamples": 32, "MaskSamples": 8 },
              "Stages": [{ "Name": "all", "Layers": "All", "Iterations": 6, "Rate": 1e-6 }],
              "ValidateEvery": 3
            }
            """);
    }

    private static string Shipped => Directory.GetFiles(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "deploy", "models", "float32"), "*.onnx").Single();

    public void Dispose()
    {
        files.Dispose();
        publisher.Dispose();
    }

    [Fact]
    public async Task A_round_goes_from_labels_to_a_release_and_on_where_it_was_stopped()
    {
        Assert.Equal(ExitCode.Done, await publisher.InitAsync());
        string[] begin =
        [
            "--model", poor, "--weights", Shipped, "--pictures", files.At("pictures"), "--labels", "8", "--apart-share", "0.75", "--settings", files.At("short.json"), "--float",
            "--repository", publisher.Repository, "--key", publisher.At("targets.pem"), "--key", publisher.At("online.pem"), "--passphrase-file", publisher.At("passphrase"),
        ];

        (int code, string said) = await ImproveAsync(["--plan", .. begin]);
        Assert.True(code == ExitCode.Done, said);
        foreach (string step in (string[])["label", "prepare", "divide", "train", "export", "compare", "release"])
        {
            Assert.Matches($@"(?m)^ \d {step} +to do  +leafseg-train ", said);
        }

        Assert.False(Directory.Exists(files.At("round")));

        // Stopped in the middle of the training, and gone on with by the folder's name alone.
        using (ChildProcess first = Start(begin))
        {
            await first.UntilAsync("the first validation", () => first.HasExited || first.Output.Any(line => line.StartsWith("step 3: SBD", StringComparison.Ordinal)));
            Assert.True(await first.EndAsync("INT") == ExitCode.Interrupted, first.Errors);
            Assert.Contains("Stopped at train", first.Errors, StringComparison.Ordinal);
        }

        DateTime prepared = File.GetLastWriteTimeUtc(files.At("round", "split", "index.csv"));
        (code, said) = await ImproveAsync([]);

        Assert.True(code == ExitCode.Done, said);
        Assert.Contains("step 3 of 6", said, StringComparison.Ordinal);
        Assert.Equal(prepared, File.GetLastWriteTimeUtc(files.At("round", "split", "index.csv")));
        Assert.Equal(8, File.ReadAllLines(files.At("round", "split", "index.csv")).Length - 1);
        Assert.Contains("tiny 0.2.0 (tiny-0.2.0-float32.onnx) is better than", said, StringComparison.Ordinal);
        Assert.True(File.Exists(Directory.GetFiles(Path.Combine(publisher.Repository, "targets"), "*tiny-0.2.0.onnx", SearchOption.AllDirectories).Single()));

        // Nothing is left to do, also where a killed program has not noted the release.
        (code, said) = await ImproveAsync(["--again", "release"]);
        Assert.True(code == ExitCode.Done, said);
        Assert.Contains("The round is done", said, StringComparison.Ordinal);
        Assert.DoesNotContain("published already", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_no_better_is_not_released()
    {
        Assert.Equal(ExitCode.Done, await publisher.InitAsync());
        SortedDictionary<string, string> before = publisher.Contents();

        (int code, string said) = await ImproveAsync(
        [
            "--model", Shipped, "--pictures", files.At("pictures"), "--labels", "8", "--apart-share", "0.75", "--settings", files.At("short.json"), "--float",
            "--repository", publisher.Repository, "--key", publisher.At("targets.pem"), "--key", publisher.At("online.pem"), "--passphrase-file", publisher.At("passphrase"),
        ]);

        Assert.True(code == ExitCode.Differs, said);
        Assert.Contains("Not better than", said, StringComparison.Ordinal);
        Assert.Contains("Stopped at compare, which ended with exit code 5", said, StringComparison.Ordinal);
        Assert.Equal(before, publisher.Contents());
    }

    [Fact]
    public async Task The_label_page_is_open_until_enough_is_accepted()
    {
        using ChildProcess round = Start(["--model", poor, "--weights", Shipped, "--pictures", files.At("pictures"), "--labels", "9", "--group", "(", "--float"]);
        using LabelProgram page = await LabelProgram.OfAsync(round);
        Assert.Equal(8, (await page.StateAsync()).GetProperty("accepted").GetInt32());
        string version = (await page.LabelsAsync(0)).GetProperty("version").GetString()!;
        await page.PostAsync("accept/0", version);

        // The next step is refused for the group that is none, and named.
        Assert.Equal(ExitCode.BadArgument, await round.ExitCodeAsync());
        Assert.Contains("9 of 9 pictures accepted.", round.Output);
        Assert.Contains("expected a regular expression", round.Errors, StringComparison.Ordinal);
        Assert.Contains("Stopped at prepare", round.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--model is missing")]
    [InlineData("--pictures", "Neither --rig, --rigs nor --pictures", "--model", "MODEL")]
    [InlineData("x", "expected a step of this round", "--model", "MODEL", "--pictures", ".", "--again", "x")]
    [InlineData("key", "--repository without --key", "--model", "MODEL", "--pictures", ".", "--repository", ".")]
    public async Task What_cannot_be_begun_is_refused_before_anything_is_made(string what, string? message = null, params string[] arguments)
    {
        (int code, string said) = await ImproveAsync([.. arguments.Select(word => word == "MODEL" ? poor : word)]);

        Assert.True(code == ExitCode.BadArgument, said);
        Assert.Contains(message ?? what, said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(files.At("round")));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private ChildProcess Start(IEnumerable<string> arguments) => new(LabelProgram.Executable, ["improve", files.At("round"), .. arguments]);

    private async Task<(int Code, string Said)> ImproveAsync(IEnumerable<string> arguments)
    {
        using ChildProcess process = Start(arguments);
        return (await process.ExitCodeAsync(), string.Join('\n', process.Output) + "\n" + process.Errors);
    }
}
