using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Tests.Commands;

public sealed class CutLeavesCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("leafseg-cut-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Leaves_cut_out_of_pictures_dress_other_plants()
    {
        Plants("a");

        Assert.Equal(ExitCode.Done, await Cut("--data", In("a"), "--out", In("leaves"), "--min-length", "30"));
        LeafPhotographs leaves = LeafPhotographs.Read(In("leaves"), TestContext.Current.CancellationToken);
        Assert.InRange(leaves.Count, 4, 60);

        Assert.Equal(ExitCode.Done, await Synth("--leaves", In("leaves"), "--kinds", "collage", "--out", In("b")));
        Assert.Equal(ExitCode.Done, await Synth("--kinds", "collage", "--out", In("c")));
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(In("b"), "plant00000_rgb.png")), File.ReadAllBytes(Path.Combine(In("c"), "plant00000_rgb.png")));
    }

    [Fact]
    public async Task Bad_input_is_refused_and_nothing_is_overwritten()
    {
        Plants("a");
        Directory.CreateDirectory(In("full"));
        File.WriteAllText(Path.Combine(In("full"), "thesis.txt"), "irreplaceable");

        Assert.Equal(ExitCode.BadArgument, await Cut("--data", In("a"), "--out", In("x"), "--min-length", "3"));
        Assert.Equal(ExitCode.BadFile, await Cut("--data", In("nowhere"), "--out", In("x")));
        Assert.Equal(ExitCode.BadFile, await Cut("--data", In("a"), "--out", In("full")));
        Assert.Single(Directory.GetFiles(In("full")));
        Assert.False(Directory.Exists(In("x")));
        Assert.Equal(ExitCode.BadFile, await Cut("--data", In("a"), "--out", In("x"), "--min-length", "5000"));
        Assert.Empty(Directory.GetFiles(In("x")));
    }

    private void Plants(string name)
    {
        Directory.CreateDirectory(In(name));
        RosetteSettings sparse = new() { Size = 256, NoPlantShare = 0, LowResolutionShare = 0, FewLeafShare = 1, MinRadius = .35f, MaxRadius = .45f, MinLeaves = 3 };
        for (int i = 0; i < 6; i++)
        {
            Rendering rendering = RosetteRenderer.Render(sparse, (ulong)i);
            ImageFile.Write(Path.Combine(In(name), $"p{i}_rgb.png"), rendering.Image);
            ColourMask.Write(Path.Combine(In(name), $"p{i}_label.png"), rendering.Labels);
        }
    }

    private string In(string name) => Path.Combine(folder, name);

    private static Task<int> Cut(params string[] arguments) => CutLeavesCommand.Create().Parse(arguments).InvokeAsync(null, TestContext.Current.CancellationToken);

    private static Task<int> Synth(params string[] arguments) =>
        SynthCommand.Create().Parse(["--count", "2", "--size", "128", .. arguments]).InvokeAsync(null, TestContext.Current.CancellationToken);
}
