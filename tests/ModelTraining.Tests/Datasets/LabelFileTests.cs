using CsCheck;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using OpenCvSharp;
using Size = OpenCvSharp.Size;

namespace LeafSeg.ModelTraining.Tests.Datasets;

public sealed class LabelFileTests : IDisposable
{
    private static readonly Scalar Green = new(40, 200, 10), Purple = new(200, 30, 160), Black = new(0, 0, 0);

    private readonly DataFolder folder = new();

    private string Mask => folder.In("mask.png");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Two_colours_of_the_same_grey_are_two_leaves()
    {
        // Both are grey level 76 in the usual mix of red, green and blue.
        folder.WriteMat("mask.png", Drawn(8, 8, (new Rect(1, 1, 3, 3), new Scalar(0, 0, 255)), (new Rect(5, 1, 2, 3), new Scalar(0, 130, 0))));

        Assert.Equal([9, 6], LabelFile.Read(Mask).Areas().Select(leaf => leaf.Area));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Indices_are_read_as_they_stand_whatever_the_palette_says(int bits) =>
        Gen.Int[2, 20].SelectMany(width => Gen.Byte[0, (byte)((1 << bits) - 1)].Array[width * 7].Select(indices => (width, indices))).Sample(
            sample =>
            {
                sample.indices[0] = 0;
                int[] oneColour = [0, .. Enumerable.Repeat(0x808080, (1 << bits) - 1)];
                PngWriter.WriteIndexed(Mask, sample.width, sample.indices, oneColour, bits);

                Assert.Equal(sample.indices.Select(index => (ushort)index), LabelFile.Read(Mask).Labels);
            },
            iter: 20,
            threads: 1);

    [Fact]
    public void The_black_entry_is_the_background_wherever_it_stands_in_the_palette()
    {
        PngWriter.WriteIndexed(Mask, 4, [2, 0, 0, 1, 2, 2, 2, 2], [0x00ff00, 0xff0000, 0x000000]);

        Assert.Equal([0, 2, 2, 1, 0, 0, 0, 0], LabelFile.Read(Mask).Labels);
    }

    [Fact]
    public void Grey_labels_of_sixteen_bits_do_not_merge()
    {
        Mat grey = new(4, 4, MatType.CV_16UC1, new Scalar(0));
        grey.Set(0, 0, (ushort)257);
        grey.Set(0, 1, (ushort)258);
        grey.Set(0, 2, (ushort)40000);
        folder.WriteMat("mask.png", grey);

        Assert.Equal([257, 258, 40000], LabelFile.Read(Mask).Areas().Select(leaf => (int)leaf.Label));
    }

    [Theory]
    [InlineData("smoothed lines")]
    [InlineData("resized")]
    [InlineData("JPEG")]
    [InlineData("large")]
    public void A_mask_whose_colours_blend_is_refused_and_says_why(string how)
    {
        folder.WriteMat("mask.png", Blended(how));

        DatasetException refused = Assert.Throws<DatasetException>(() => LabelFile.Read(Mask));

        Assert.Equal(FindingKind.BlendedMask, refused.Kind);
        Assert.Contains("anti-aliased", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_mask_of_few_leaves_whose_colours_are_averaged_is_refused(int leaves)
    {
        folder.WriteMat("mask.png", Averaged(leaves, MatType.CV_8UC3, Green, Purple));

        Assert.Equal(FindingKind.BlendedMask, Assert.Throws<DatasetException>(() => LabelFile.Read(Mask)).Kind);
    }

    [Fact]
    public void An_indexed_mask_whose_colours_are_averaged_is_refused()
    {
        using Mat mask = Averaged(1, MatType.CV_8UC3, Green);
        mask.GetArray(out Vec3b[] pixels);
        Vec3b[] palette = [.. pixels.Distinct()];
        PngWriter.WriteIndexed(
            Mask, mask.Cols, [.. pixels.Select(pixel => (byte)Array.IndexOf(palette, pixel))],
            [.. palette.Select(colour => (colour.Item2 << 16) | (colour.Item1 << 8) | colour.Item0)]);

        Assert.Equal(FindingKind.BlendedMask, Assert.Throws<DatasetException>(() => LabelFile.Read(Mask)).Kind);
    }

    [Fact]
    public void Grey_labels_of_sixteen_bits_that_are_averaged_are_refused()
    {
        folder.WriteMat("mask.png", Averaged(2, MatType.CV_16UC1, new Scalar(300), new Scalar(40000)));

        Assert.Equal(FindingKind.BlendedMask, Assert.Throws<DatasetException>(() => LabelFile.Read(Mask)).Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Numbered_leaves_of_a_seedling_are_not_taken_for_blended_ones(bool sixteenBits)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            LabelMap labels = RosetteRenderer.Render(new RosetteSettings { Size = 64, MinVisibleArea = 1 }, seed).Labels;
            Mat mask = Mat.FromPixelData(labels.Height, labels.Width, MatType.CV_16UC1, labels.Labels);
            if (!sixteenBits)
            {
                mask.ConvertTo(mask, MatType.CV_8UC1);
            }

            folder.WriteMat("mask.png", mask);

            Assert.Equal(labels.Labels, LabelFile.Read(Mask).Labels);
        }
    }

    [Fact]
    public void Flat_masks_with_slivers_are_not_taken_for_blended_ones()
    {
        for (ulong seed = 1; seed <= 6; seed++)
        {
            Rendering rendering = RosetteRenderer.Render(new RosetteSettings { Size = 160, MinVisibleArea = 1 }, seed);
            ColourMask.Write(Mask, rendering.Labels, RosetteRenderer.MaskColours(seed));

            Assert.Equal(rendering.Labels.Areas().Count, LabelFile.Read(Mask).Areas().Count);
        }
    }

    [Fact]
    public void A_mask_of_one_colour_all_over_is_refused()
    {
        folder.WriteMat("mask.png", new Mat(8, 8, MatType.CV_8UC3, Green));

        Assert.Equal(FindingKind.MaskOfOneColour, Assert.Throws<DatasetException>(() => LabelFile.Read(Mask)).Kind);
    }

    [Fact]
    public void A_mask_whose_background_is_not_black_is_refused()
    {
        Mat mask = new(8, 8, MatType.CV_8UC3, new Scalar(255, 255, 255));
        Cv2.Rectangle(mask, new Rect(1, 1, 4, 4), Green, -1);
        folder.WriteMat("mask.png", mask);

        Assert.Equal(FindingKind.MaskWithoutBackground, Assert.Throws<DatasetException>(() => LabelFile.Read(Mask)).Kind);
    }

    [Fact]
    public void A_black_mask_is_a_picture_without_leaves()
    {
        folder.WriteMat("mask.png", new Mat(8, 8, MatType.CV_8UC3, Black));

        Assert.Empty(LabelFile.Read(Mask).Areas());
    }

    [Fact]
    public void A_damaged_indexed_mask_is_an_error_of_the_file()
    {
        PngWriter.WriteIndexed(Mask, 4, new byte[16], [0, 0xff0000]);
        byte[] file = File.ReadAllBytes(Mask);
        file[33] = 0x7f;
        File.WriteAllBytes(Mask, file);

        Assert.Contains("damaged", Assert.Throws<ImageFileException>(() => LabelFile.Read(Mask)).Message, StringComparison.Ordinal);
    }

    private static Mat Drawn(int width, int height, params (Rect Place, Scalar Colour)[] leaves)
    {
        Mat mask = new(height, width, MatType.CV_8UC3, Black);
        foreach ((Rect place, Scalar colour) in leaves)
        {
            Cv2.Rectangle(mask, place, colour, -1);
        }

        return mask;
    }

    /// <summary>Leaves beside one another at half their size, each pixel the mean of four.</summary>
    private static Mat Averaged(int leaves, MatType type, params Scalar[] colours)
    {
        using Mat mask = new(240, 240, type, Black);
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            Cv2.Ellipse(mask, new Point(61 + (leaf * 100), 121), new Size(37, 51), 30, 0, 360, colours[leaf], -1);
        }

        Mat half = new();
        Cv2.Resize(mask, half, new Size(120, 120), 0, 0, InterpolationFlags.Area);
        return half;
    }

    private static Mat Blended(string how)
    {
        int size = how == "large" ? 1200 : 120;
        Mat mask = new(size, size, MatType.CV_8UC3, Black);
        LineTypes line = how is "smoothed lines" or "large" ? LineTypes.AntiAlias : LineTypes.Link8;
        Cv2.Ellipse(mask, new Point(size / 3, size / 3), new Size(size / 5, size / 8), 30, 0, 360, Green, -1, line);
        Cv2.Ellipse(mask, new Point(size / 2, size / 2), new Size(size / 4, size / 9), 100, 0, 360, Purple, -1, line);
        if (how == "resized")
        {
            Cv2.Resize(mask, mask, new Size(173, 173), 0, 0, InterpolationFlags.Linear);
        }

        if (how == "JPEG")
        {
            Cv2.ImEncode(".jpg", mask, out byte[] file, new ImageEncodingParam(ImwriteFlags.JpegQuality, 90));
            mask.Dispose();
            return Cv2.ImDecode(file, ImreadModes.Color);
        }

        return mask;
    }
}
