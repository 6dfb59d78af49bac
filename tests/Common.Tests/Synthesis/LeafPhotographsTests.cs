using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using OpenCvSharp;

namespace LeafSeg.Common.Tests.Synthesis;

public sealed class LeafPhotographsTests : IDisposable
{
    private static readonly RosetteSettings Dressed = new() { Size = 200, NoPlantShare = 0, LowResolutionShare = 0, CollageShare = 1 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Plants_wear_the_leaves_and_every_pixel_still_has_its_leaf()
    {
        Write("a.png", 80, 31, 12);
        LeafPhotographs leaves = Read(folder.Path);

        for (ulong seed = 0; seed < 6; seed++)
        {
            Rendering dressed = RosetteRenderer.Render(Dressed, seed, photographs: leaves), again = RosetteRenderer.Render(Dressed, seed, photographs: leaves);
            Rendering rendered = RosetteRenderer.Render(Dressed, seed);

            Assert.Equal(dressed.Image.Pixels, again.Image.Pixels);
            Assert.NotEqual(rendered.Labels.Labels, dressed.Labels.Labels);
            Assert.True(dressed.LeafCount > 0);
        }

        Assert.Equal(1, leaves.Count);
        Assert.Equal(
            RosetteRenderer.Render(Dressed with { CollageShare = 0 }, 3).Image.Pixels, RosetteRenderer.Render(Dressed with { CollageShare = 0 }, 3, photographs: leaves).Image.Pixels);
    }

    /// <summary>A leaf as long as before is as wide as its photograph says.</summary>
    [Fact]
    public void A_leaf_takes_the_outline_of_its_photograph()
    {
        Write("wide.png", 100, 81, 40);
        LeafPhotograph leaf = Read(folder.Path).Leaves[0];

        Assert.InRange(leaf.At(.5f).Half, .38f, .42f);
        Assert.InRange(leaf.At(.5f).Mid, -.01f, .01f);
        Assert.InRange(leaf.At(.02f).Half, 0, .15f);
    }

    [Theory]
    [InlineData(20, 15, 6, "shows no leaf of 24 pixels")]
    [InlineData(80, 31, -1, "shows no leaf")]
    public void What_is_no_leaf_is_refused_by_its_name(int width, int height, int half, string expected)
    {
        Write("bad.png", width, height, half);

        ImageFileException refusal = Assert.Throws<ImageFileException>(() => Read(folder.Path));

        Assert.Contains("bad.png", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_without_transparency_and_an_empty_folder_are_refused()
    {
        Assert.Contains("holds no PNG", Assert.Throws<ImageFileException>(() => Read(folder.Path)).Message, StringComparison.Ordinal);
        ImageFile.Write(Path.Combine(folder.Path, "opaque.png"), new RgbImage(80, 40));
        Assert.Contains("transparency", Assert.Throws<ImageFileException>(() => Read(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => Read(Path.Combine(folder.Path, "nowhere")));
    }

    private static LeafPhotographs Read(string path) => LeafPhotographs.Read(path, TestContext.Current.CancellationToken);

    /// <summary>An ellipse of green from side to side; nothing where the half width is below 0.</summary>
    private void Write(string name, int width, int height, int half)
    {
        using Mat leaf = new(height, width, MatType.CV_8UC4, Scalar.All(0));
        if (half >= 0)
        {
            Cv2.Ellipse(leaf, new Point(width / 2, height / 2), new Size(width / 2, half), 0, 0, 360, new Scalar(40, 160, 60, 255), -1);
        }

        Cv2.ImWrite(Path.Combine(folder.Path, name), leaf);
    }
}
