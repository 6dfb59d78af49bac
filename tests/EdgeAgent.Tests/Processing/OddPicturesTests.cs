using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Processing;

namespace LeafSeg.EdgeAgent.Tests.Processing;

/// <summary>Pictures that no camera should give: the model that ships sees no leaf in them, and nothing fails.</summary>
public sealed class OddPicturesTests(OddPicturesTests.Shipped shipped) : IClassFixture<OddPicturesTests.Shipped>
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 16)]
    [InlineData(16, 12)]
    [InlineData(2000, 100)]
    [InlineData(40, 800)]
    [InlineData(3000, 1)]
    public void Bare_soil_of_any_size_and_shape_has_no_leaf(int width, int height)
    {
        Random random = new(7);
        RgbImage soil = new(width, height);
        for (int i = 0; i < soil.Pixels.Length; i += 3)
        {
            int light = random.Next(-12, 13);
            (soil.Pixels[i], soil.Pixels[i + 1], soil.Pixels[i + 2]) = ((byte)(82 + light), (byte)(64 + light), (byte)(48 + light));
        }

        Assert.Empty(shipped.Model.Find(soil));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(255, 255, 255)]
    [InlineData(128, 128, 128)]
    [InlineData(60, 140, 40)]
    public void One_colour_has_no_leaf(byte red, byte green, byte blue)
    {
        foreach ((int width, int height) in new[] { (16, 16), (500, 530), (1200, 60) })
        {
            RgbImage plain = new(width, height);
            for (int i = 0; i < plain.Pixels.Length; i += 3)
            {
                (plain.Pixels[i], plain.Pixels[i + 1], plain.Pixels[i + 2]) = (red, green, blue);
            }

            Assert.Empty(shipped.Model.Find(plain));
        }
    }

    public sealed class Shipped : IDisposable
    {
        public LeafModel Model { get; } = LeafModel.Open(InstalledModels.Newest(InstalledModels.Folder));

        public void Dispose() => Model.Dispose();
    }
}
