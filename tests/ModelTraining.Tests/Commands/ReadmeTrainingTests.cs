using System.Text.RegularExpressions;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.Documentation;
using LeafSeg.EndToEnd;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Tests.Commands;

/// <summary>The commands of README and of the training page, to the letter, on small rendered sets; training is interrupted after its first steps.</summary>
public sealed partial class ReadmeTrainingTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-readme-");

    public ReadmeTrainingTests()
    {
        // As a clone: the program is called by its name, and the models lie in deploy.
        File.CreateSymbolicLink(At("leafseg-train"), Path.Combine(AppContext.BaseDirectory, "leafseg-train"));
        Directory.CreateSymbolicLink(At("deploy"), Path.Combine(ShellBlock.Repository, "deploy"));
        for (int i = 0; i < 8; i++)
        {
            Rendering rendering = RosetteRenderer.Render(new RosetteSettings { Size = 160 }, (ulong)i + 1);
            Directory.CreateDirectory(At("mine"));
            ImageFile.Write(At($"mine/plant{i:00000}_rgb.png"), rendering.Image);
            ColourMask.Write(At($"mine/plant{i:00000}_label.png"), rendering.Labels);
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task The_commands_of_README_go_from_labelled_pictures_to_a_scored_model()
    {
        IReadOnlyList<string> commands = Assert.Single(ShellBlock.Of("README.md", typeof(ReadmeTrainingTests))).Commands;
        Assert.Equal(["inspect", "prepare", "train", "export", "evaluate"], commands.Select(command => command.Split(' ')[1]));

        foreach (string command in commands)
        {
            await Run(command.Replace("--data DIR", "--data mine", StringComparison.Ordinal));
        }

        Assert.All(["report.html", "scores.html", "leafseg.onnx", "runs/1/best.safetensors", "data/mine/report.html"], file => Assert.True(File.Exists(At(file)), file));
    }

    /// <summary>Those of the training page, on fewer pictures.</summary>
    [Fact]
    public async Task The_commands_of_the_training_page_render_plants_and_begin_to_train()
    {
        IReadOnlyList<ShellBlock> blocks = ShellBlock.Of("docs/training.md", typeof(ReadmeTrainingTests));
        Assert.Equal(2, blocks.Count);
        await Run("leafseg-train prepare --data mine --out data/mine");
        foreach (string command in blocks.SelectMany(block => block.Commands))
        {
            await Run(Count().Replace(command, "--count 6"));
        }

        Assert.All(["data/train/plant00005_rgb.png", "runs/1/checkpoint.safetensors", "runs/2/best.safetensors"], file => Assert.True(File.Exists(At(file)), file));
    }

    [Fact]
    public async Task Weights_of_a_backbone_are_found_by_name()
    {
        await Run("leafseg-train prepare --data mine --out data/mine");
        string errors = await Run("leafseg-train train --data data/mine/train --validation data/mine/validation --weights efficientnet-lite0 --out runs/1");

        Assert.Contains("Interrupted at step", errors, StringComparison.Ordinal);
    }

    /// <summary>In a shell; a training run until it has taken a step.</summary>
    private async Task<string> Run(string command)
    {
        using ChildProcess process = new("/bin/sh", ["-c", $"cd {folder.FullName}; export PATH={folder.FullName}:$PATH; exec {command}"]);
        if (command.Contains(" train ", StringComparison.Ordinal))
        {
            await process.UntilAsync("a step", () => process.HasExited || FirstStep().IsMatch(process.Errors));
            Assert.True(await process.EndAsync("TERM") == ExitCode.Interrupted, process.Errors);
        }
        else
        {
            Assert.True(await process.ExitCodeAsync() == ExitCode.Done, $"{command}: {process.Errors}");
        }

        return process.Errors;
    }

    private string At(string name) => Path.Combine(folder.FullName, name);

    [GeneratedRegex(@"--count \d+")]
    private static partial Regex Count();

    [GeneratedRegex(@"^\d+/\d+ steps", RegexOptions.Multiline)]
    private static partial Regex FirstStep();
}
