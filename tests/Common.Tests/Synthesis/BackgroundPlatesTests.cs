using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;

namespace LeafSeg.Common.Tests.Synthesis;

public sealed class BackgroundPlatesTests : IDisposable
{
    private static readonly RosetteSettings OnPlates = new()
    {
        Size = 128,
        PlateShare = 1,
        UnnaturalShare = 0,
        TagShare = 0,
        NeighbourShare = 0,
        NoPlantShare = 1,
        LowResolutionShare = 0,
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_photograph_becomes_the_ground()
    {
        Write("magenta.png", 200, 100, (200, 0, 200));
        BackgroundPlates plates = Read(folder.Path);

        int covered = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            byte[] pixels = RosetteRenderer.Render(OnPlates, seed, plates).Image.Pixels;
            int magenta = Enumerable.Range(0, pixels.Length / 3).Count(i => pixels[i * 3] > pixels[(i * 3) + 1] + 10 && pixels[(i * 3) + 2] > pixels[(i * 3) + 1] + 10);
            covered += magenta > .95 * pixels.Length / 3 ? 1 : 0;
        }

        Assert.InRange(covered, 8, 20);
    }

    [Fact]
    public void Pictures_without_a_photograph_stay_what_they_were()
    {
        Write("magenta.png", 200, 100, (200, 0, 200));
        BackgroundPlates plates = Read(folder.Path);
        RosetteSettings none = OnPlates with { PlateShare = 0, NoPlantShare = 0 };

        Rendering with = RosetteRenderer.Render(OnPlates with { NoPlantShare = 0 }, 3, plates);

        Assert.NotEqual(RosetteRenderer.Render(none, 3).Image.Pixels, with.Image.Pixels);
        Assert.Equal(with.Image.Pixels, RosetteRenderer.Render(OnPlates with { NoPlantShare = 0 }, 3, plates).Image.Pixels);
        Assert.Equal(RosetteRenderer.Render(none, 3).Labels.Labels, with.Labels.Labels);
    }

    [Fact]
    public void Large_photographs_and_other_files_are_no_hindrance()
    {
        Write("b.jpg", 3000, 1200, (9, 9, 9));
        Write("a.PNG", 64, 64, (90, 90, 90));
        File.WriteAllText(Path.Combine(folder.Path, "notes.txt"), "taken in May");

        BackgroundPlates plates = Read(folder.Path);

        Assert.Equal(2, plates.Count);
        Assert.Equal((64, 64), (plates.Pictures[0].Width, plates.Pictures[0].Height));
        Assert.Equal((2560, 1024), (plates.Pictures[1].Width, plates.Pictures[1].Height));
    }

    [Fact]
    public void A_folder_without_a_usable_photograph_is_refused_by_its_name()
    {
        Assert.Contains(folder.Path, Assert.Throws<ImageFileException>(() => Read(folder.Path)).Message, StringComparison.Ordinal);

        Write("tiny.png", 63, 500, (1, 1, 1));
        Assert.Contains("tiny.png: is 63 x 500", Assert.Throws<ImageFileException>(() => Read(folder.Path)).Message, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(folder.Path, "broken.jpg"), "no picture");
        Assert.Contains("broken.jpg", Assert.Throws<ImageFileException>(() => Read(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => Read(Path.Combine(folder.Path, "nowhere")));
    }

    private static BackgroundPlates Read(string path) => BackgroundPlates.Read(path, TestContext.Current.CancellationToken);

    private void Write(string name, int width, int height, (byte R, byte G, byte B) colour)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = colour;
        }

        ImageFile.Write(Path.Combine(folder.Path, name), new RgbImage(width, height, pixels));
    }
}
