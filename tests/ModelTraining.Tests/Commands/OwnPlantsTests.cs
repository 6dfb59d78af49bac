using System.Text.Json;
using System.Text.RegularExpressions;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.Documentation;
using LeafSeg.EndToEnd;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Masks;
using LeafSeg.ModelTraining.Tests.Labelling.Page;

namespace LeafSeg.ModelTraining.Tests.Commands;

/// <summary>
/// The commands of docs/own-plants.md to the letter, on rendered plants unlike those of the model's training, with a scripted hand on the
/// label page. Ordinarily on few pictures with a training that is interrupted; PROOF_LEVEL=full has thirty, trains to the end, and has to
/// end with a model that is better.
/// </summary>
public sealed partial class OwnPlantsTests : IDisposable
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("PROOF_LEVEL") == "full";
    private static readonly int Pictures = IsFull ? 30 : 8;

    /// <summary>No plant: blades and colours that no mix of the training has but by chance.</summary>
    private static readonly RosetteSettings Foreign = new() { Size = 384, NoPlantShare = 0, BladeShare = 1, PatternShare = 1, LowResolutionShare = 0, MinLeaves = 5, MinRadius = .25f };

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-own-");
    private readonly Dictionary<string, LabelMap> truth = [];

    public OwnPlantsTests()
    {
        File.CreateSymbolicLink(At("leafseg-train"), LabelProgram.Executable);
        Directory.CreateSymbolicLink(At("deploy"), Path.Combine(ShellBlock.Repository, "deploy"));
        Directory.CreateDirectory(At("season"));
        for (int i = 0; i < Pictures; i++)
        {
            // Two pictures of a plant.
            Rendering rendering = RosetteRenderer.Render(Foreign, (ulong)i + 4000);
            string name = $"plant{(char)('a' + (i / 2))}_2026060{(i % 2) + 1}.png";
            ImageFile.Write(At($"season/{name}"), rendering.Image);
            truth[name] = rendering.Labels;
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task The_page_goes_from_pictures_without_a_label_to_a_model_that_is_compared()
    {
        IReadOnlyList<string> commands = Assert.Single(ShellBlock.Of("docs/own-plants.md", typeof(OwnPlantsTests))).Commands;
        Assert.Equal(["predict", "label", "prepare", "prepare", "train", "export", "quantise", "evaluate"], commands.Select(command => command.Split(' ')[1]));

        string said = "";
        foreach (string command in commands)
        {
            // Two pictures to score on do not tell what integers cost.
            said = await RunAsync(IsFull ? command : command.Replace("--until 30 ", $"--until {Pictures} ", StringComparison.Ordinal).Replace("--allowed-loss 0.02", "--allowed-loss 1", StringComparison.Ordinal));
        }

        Assert.All(["looked/plants.csv", "split/report.html", "run/best.safetensors", "mine.onnx"], file => Assert.True(File.Exists(At(file)), file));
        Assert.Matches(@"mine 1\.0\.0 \(mine\.onnx\) is (better than|worse than|not distinguishable from) deploy/models/", said);
        if (IsFull)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(said);
            Assert.Contains("is better than deploy/models/", said, StringComparison.Ordinal);
        }
    }

    private async Task<string> RunAsync(string command)
    {
        if (command.Contains(" label ", StringComparison.Ordinal))
        {
            using LabelProgram page = await LabelProgram.OfAsync(Start(command));
            await CorrectAsync(page);
            Assert.True(await page.Process.ExitCodeAsync() == ExitCode.Done, page.Process.Errors);
            return "";
        }

        using ChildProcess process = Start(command);
        if (command.Contains(" train ", StringComparison.Ordinal))
        {
            await process.UntilAsync("a step", () => process.HasExited || FirstStep().IsMatch(process.Errors));
            if (!IsFull)
            {
                Assert.True(await process.EndAsync("TERM") == ExitCode.Interrupted, process.Errors);
                return "";
            }

            while (!process.HasExited)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            }
        }

        int code = await process.ExitCodeAsync();
        string said = string.Join('\n', process.Output);
        Assert.True(code == ExitCode.Done, $"{command}: {process.Errors}\n{said}");
        return said;
    }

    /// <summary>Takes away what the model drew, draws the true leaves, and accepts: picture by picture as the page has them.</summary>
    private async Task CorrectAsync(LabelProgram page)
    {
        foreach (JsonElement picture in (await page.StateAsync()).GetProperty("pictures").EnumerateArray().ToArray())
        {
            int index = picture.GetProperty("index").GetInt32();
            JsonElement labels = await page.LabelsAsync(index);
            foreach (int leaf in labels.GetProperty("leaves").EnumerateArray().Select(leaf => leaf[0].GetInt32()).ToArray())
            {
                labels = await page.PostAsync($"edit/{index}", Version(labels), new { op = "delete", leaf });
            }

            LabelMap leaves = truth[picture.GetProperty("name").GetString()!];
            foreach (PixelSums leaf in PixelSums.OfEachLabel(leaves))
            {
                double[] outline = MaskOutline.Polygon(MaskOutline.Rings(leaves, leaf.Label, leaf.Box));
                labels = await page.PostAsync($"edit/{index}", Version(labels), new { op = "polygon", leaf = 0, points = outline.Chunk(2) });
            }

            await page.PostAsync($"accept/{index}", Version(labels));
        }
    }

    private ChildProcess Start(string command) => new("/bin/sh", "-c", $"cd {folder.FullName}; export PATH={folder.FullName}:$PATH; exec {command}");

    private static string Version(JsonElement labels) => labels.GetProperty("version").GetString()!;

    private string At(string name) => Path.Combine(folder.FullName, name);

    [GeneratedRegex(@"^\d+/\d+ steps", RegexOptions.Multiline)]
    private static partial Regex FirstStep();
}
