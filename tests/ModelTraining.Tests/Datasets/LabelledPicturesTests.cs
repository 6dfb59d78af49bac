using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Datasets;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Tests.Datasets;

public sealed class LabelledPicturesTests : IDisposable
{
    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Csiro_pictures_are_read_in_the_order_of_their_names()
    {
        folder.WritePair("plant00002");
        folder.WritePair("plant00001");

        LabelledPictures pictures = LabelledPictures.Open(folder.Path);

        Assert.Equal(["plant00001", "plant00002"], pictures.Names);
        Assert.Equal([200, 36], pictures.Read(1).Labels.Areas().Select(leaf => leaf.Area));
        Assert.Equal(DataFolder.Picture().Pixels, pictures.Read(0).Image.Pixels);
        Assert.Empty(pictures.Read(0).Findings);
    }

    [Fact]
    public void Cvppp_folders_are_read_with_their_indexed_labels_below_the_folder_that_is_named()
    {
        LabelMap labels = DataFolder.TwoLeaves();
        foreach (string name in new[] { "A1/plant001", "A4/plant0001" })
        {
            ImageFile.Write(folder.In($"{name}_rgb.png"), DataFolder.Picture());
            PngWriter.WriteIndexed(folder.In($"{name}_label.png"), 48, [.. labels.Labels.Select(label => (byte)label)], [0, 0xff0000, 0x00ff00]);
        }

        LabelledPictures pictures = LabelledPictures.Open(folder.Path);

        Assert.Equal(["A1/plant001", "A4/plant0001"], pictures.Names);
        Assert.Equal(labels.Labels, pictures.Read(1).Labels.Labels);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(255, 1)]
    public void A_foreground_mask_that_differs_from_the_labels_is_reported(byte corner, int findings)
    {
        folder.WritePair("plant001");
        LabelMap labels = DataFolder.TwoLeaves();
        byte[] foreground = [.. labels.Labels.Select(label => label != 0 ? (byte)255 : (byte)0)];
        foreground[0] = corner;
        folder.WriteMat("plant001_fg.png", Mat.FromPixelData(32, 48, MatType.CV_8UC1, foreground));

        Assert.Equal(findings, folder.ReadOne().Findings.Count(finding => finding.Kind == FindingKind.ForegroundDiffers));
    }

    [Fact]
    public void A_photograph_and_the_label_picture_beside_it_are_a_pair_without_rgb_in_the_name()
    {
        ImageFile.Write(folder.In("pot1.jpg"), DataFolder.Picture());
        ColourMask.Write(folder.In("pot1_label.png"), DataFolder.TwoLeaves());

        Assert.Equal("pot1", folder.ReadOne().Name);
    }

    [Fact]
    public void A_folder_a_picture_is_read_with_one_mask_a_leaf()
    {
        ImageFile.Write(folder.In("a/images/a.png"), DataFolder.Picture());
        WriteMask("a/masks/1.png", new Rect(2, 2, 20, 10), 255);
        WriteMask("a/masks/2.png", new Rect(30, 20, 5, 5), 1);

        LeafPicture picture = folder.ReadOne();

        Assert.Equal([200, 25], picture.Labels.Areas().Select(leaf => leaf.Area));
        Assert.Empty(picture.Findings);
    }

    [Fact]
    public void Where_leaves_overlap_the_smaller_keeps_the_pixels_and_it_is_reported()
    {
        ImageFile.Write(folder.In("a/images/a.png"), DataFolder.Picture());
        WriteMask("a/masks/1.png", new Rect(10, 10, 4, 4), 255);
        WriteMask("a/masks/2.png", new Rect(2, 2, 20, 20), 255);

        LeafPicture picture = folder.ReadOne();

        Assert.Equal([(1, 16), (2, 384)], picture.Labels.Areas().Select(leaf => ((int)leaf.Label, leaf.Area)));
        Assert.Contains("16 pixels", Assert.Single(picture.Findings, finding => finding.Kind == FindingKind.Overlap).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_leaf_without_a_pixel_is_dropped_and_counted()
    {
        ImageFile.Write(folder.In("a/images/a.png"), DataFolder.Picture());
        WriteMask("a/masks/1.png", new Rect(10, 10, 4, 4), 255);
        WriteMask("a/masks/2.png", new Rect(10, 10, 4, 4), 0);

        LeafPicture picture = folder.ReadOne();

        Assert.Single(picture.Labels.Areas());
        Assert.Equal(FindingKind.EmptyLeaf, Assert.Single(picture.Findings).Kind);
    }

    [Fact]
    public void A_mask_that_covers_the_whole_picture_is_no_leaf_and_is_counted()
    {
        ImageFile.Write(folder.In("a/images/a.png"), DataFolder.Picture());
        WriteMask("a/masks/1.png", new Rect(0, 0, 48, 32), 255);
        WriteMask("a/masks/2.png", new Rect(10, 10, 4, 4), 255);

        LeafPicture picture = folder.ReadOne();

        Assert.Equal([(2, 16)], picture.Labels.Areas().Select(leaf => ((int)leaf.Label, leaf.Area)));
        Assert.Equal(FindingKind.FullMask, Assert.Single(picture.Findings).Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65535)]
    public void A_leaf_mask_of_sixteen_bits_keeps_its_leaf(int value)
    {
        ImageFile.Write(folder.In("a/images/a.png"), DataFolder.Picture());
        Mat mask = new(32, 48, MatType.CV_16UC1, new Scalar(0));
        Cv2.Rectangle(mask, new Rect(2, 2, 20, 10), new Scalar(value), -1);
        folder.WriteMat("a/masks/1.png", mask);

        LeafPicture picture = folder.ReadOne();

        Assert.Equal([200], picture.Labels.Areas().Select(leaf => leaf.Area));
        Assert.Empty(picture.Findings);
    }

    [Fact]
    public void A_smooth_mask_of_one_leaf_is_cut_at_the_half_and_counted()
    {
        ImageFile.Write(folder.In("a/images/a.png"), DataFolder.Picture());
        Mat mask = new(32, 48, MatType.CV_8UC1, new Scalar(0));
        Cv2.Ellipse(mask, new Point(20, 15), new Size(10, 6), 20, 0, 360, new Scalar(255), -1, LineTypes.AntiAlias);
        folder.WriteMat("a/masks/1.png", mask);

        LeafPicture picture = folder.ReadOne();

        Assert.Equal(FindingKind.SoftMask, Assert.Single(picture.Findings).Kind);
        Assert.InRange(Assert.Single(picture.Labels.Areas()).Area, 190, 230);
    }

    [Theory]
    [InlineData("nothing at all", "no such file or folder")]
    [InlineData("an empty folder", "the folder is empty")]
    [InlineData("other files", "found 1 .txt")]
    [InlineData("a picture without mask", "1 pictures without a mask: left out; plant2_rgb.png: no plant2_label.png beside it")]
    [InlineData("a mask without picture", "1 masks or annotations without their picture: left out; plant2_label.png")]
    [InlineData("a folder without masks", "1 pictures without a mask: left out; b: ")]
    [InlineData("a file that is no JSON", "cannot be read as COCO instances")]
    public void What_cannot_be_opened_says_what_was_found(string what, string message)
    {
        string path = folder.Path;
        switch (what)
        {
            case "nothing at all":
                path = folder.In("absent");
                break;
            case "other files":
                File.WriteAllText(folder.In("thesis.txt"), "irreplaceable");
                break;
            case "a picture without mask":
                folder.WritePair("plant1");
                ImageFile.Write(folder.In("plant2_rgb.png"), DataFolder.Picture());
                break;
            case "a mask without picture":
                folder.WritePair("plant1");
                ColourMask.Write(folder.In("plant2_label.png"), DataFolder.TwoLeaves());
                break;
            case "a folder without masks":
                ImageFile.Write(folder.In("a/images/a.png"), DataFolder.Picture());
                WriteMask("a/masks/1.png", new Rect(2, 2, 20, 10), 255);
                ImageFile.Write(folder.In("b/images/b.png"), DataFolder.Picture());
                break;
            case "a file that is no JSON":
                path = folder.In("a.json");
                File.WriteAllText(path, "{ \"images\": [");
                break;
        }

        Assert.Contains(message, Assert.Throws<DatasetException>(() => LabelledPictures.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_and_a_mask_of_different_sizes_do_not_belong_together()
    {
        folder.WritePair("plant1");
        ImageFile.Write(folder.In("plant1_rgb.png"), DataFolder.Picture(47, 32));

        DatasetException refused = Assert.Throws<DatasetException>(() => folder.ReadOne());

        Assert.Equal(FindingKind.SizesDiffer, refused.Kind);
        Assert.Contains("47x32", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_digest_follows_the_content_and_not_the_place()
    {
        folder.WritePair("here/plant1");
        folder.WritePair("there/plant1");
        string here = Digest("here");

        Assert.Equal(here, Digest("there"));
        folder.WritePair("there/plant1", new LabelMap(48, 32));
        Assert.NotEqual(here, Digest("there"));
    }

    public static TheoryData<string, int[]> ColourMasks()
    {
        TheoryData<string, int[]> rows = new() { { Fixtures.Find("data/csiro-colour-masks"), [7, 12] } };
        if (Fixtures.FindBeside("data/csiro-colour-masks") is { } csiro)
        {
            rows.Add(csiro, [15, 16]);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(ColourMasks))]
    public void Pictures_in_the_form_of_Csiros_are_read_without_a_finding(string folder, int[] leaves)
    {
        LabelledPictures pictures = LabelledPictures.Open(folder);

        LeafPicture[] read = [.. Enumerable.Range(0, pictures.Count).Select(pictures.Read)];

        Assert.Equal(leaves, read.Select(picture => picture.Labels.Areas().Count).Order());
        Assert.All(read, picture => Assert.Empty(picture.Findings));
    }

    private string Digest(string name) => LabelledPictures.Open(folder.In(name)).Digest(TestContext.Current.CancellationToken);

    private void WriteMask(string name, Rect leaf, byte value)
    {
        Mat mask = new(32, 48, MatType.CV_8UC1, new Scalar(0));
        Cv2.Rectangle(mask, leaf, new Scalar(value), -1);
        folder.WriteMat(name, mask);
    }
}
