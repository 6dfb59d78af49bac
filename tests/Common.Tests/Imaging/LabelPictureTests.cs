using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.Common.Tests.Imaging;

public sealed class LabelPictureTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(37, 23, 7)]
    [InlineData(300, 2, 255)]
    public void OpenCV_reads_each_leaf_in_its_own_colour(int width, int height, int leaves)
    {
        LabelMap map = new(width, height);
        for (int i = 0; i < map.Labels.Length; i++)
        {
            map.Labels[i] = (ushort)(i % (leaves + 1));
        }

        byte[] file = LabelPicture.Encode(map);

        RgbImage read = ImageFile.Decode(file, "label");
        int[] colours = ColourMask.Colours(leaves);
        Assert.Equal((width, height), (read.Width, read.Height));
        Assert.Equal(leaves + 1, colours.Distinct().Count());
        for (int i = 0; i < map.Labels.Length; i++)
        {
            int found = (read.Pixels[i * 3] << 16) | (read.Pixels[(i * 3) + 1] << 8) | read.Pixels[(i * 3) + 2];
            Assert.Equal(colours[map.Labels[i]], found);
        }
    }

    [Fact]
    public void The_file_is_indexed_with_eight_bits()
    {
        byte[] file = LabelPicture.Encode(Maps.Of(".1", "2."));
        Assert.Equal("IHDR"u8, file.AsSpan(12, 4));
        Assert.Equal([8, 3], file[24..26]);
        using Mat read = Cv2.ImDecode(file, ImreadModes.Unchanged);
        Assert.Equal(new Size(2, 2), read.Size());
    }

    [Fact]
    public void More_leaves_than_an_index_can_count_are_grey_values_of_sixteen_bits()
    {
        using Mat read = Cv2.ImDecode(LabelPicture.Encode(new LabelMap(2, 1, [256, 300])), ImreadModes.Unchanged);

        Assert.Equal((MatType.CV_16UC1, (ushort)256, (ushort)300), (read.Type(), read.At<ushort>(0, 0), read.At<ushort>(0, 1)));
    }
}
