using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Tests.Imaging;

public sealed class ImageFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("leafseg-image-").FullName;
    private readonly RgbImage picture = new(320, 240);

    public ImageFileTests() => new Random(3).NextBytes(picture.Pixels);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(".png")]
    [InlineData(".bmp")]
    public void A_picture_is_read_as_it_was_written(string extension)
    {
        string path = Path.Combine(folder, "a" + extension);
        ImageFile.Write(path, picture);
        RgbImage read = ImageFile.Read(path);
        Assert.Equal((320, 240), (read.Width, read.Height));
        Assert.Equal(picture.Pixels, read.Pixels);
    }

    /// <summary>A smaller file after a larger one: nothing of the one before may complete it.</summary>
    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    public void A_picture_that_was_cut_off_is_refused_also_right_after_the_whole_one(string extension)
    {
        string path = Path.Combine(folder, "a" + extension);
        ImageFile.Write(path, picture);
        ImageFile.Read(path);
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length * 2 / 5)]);
        Assert.Contains("not a whole picture", Assert.Throws<ImageFileException>(() => ImageFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_empty_or_a_folder_is_reported()
    {
        string empty = Path.Combine(folder, "empty.png");
        File.WriteAllBytes(empty, []);
        Assert.Contains("is empty", Assert.Throws<ImageFileException>(() => ImageFile.Read(empty)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<ImageFileException>(() => ImageFile.Read(Path.Combine(folder, "none.png"))).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<ImageFileException>(() => ImageFile.Read(folder)).Message, StringComparison.Ordinal);
    }
}
