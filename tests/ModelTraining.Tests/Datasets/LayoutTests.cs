using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Tests.Datasets;

/// <summary>Layouts as annotation tools and data sets have them, each with the same two leaves.</summary>
public sealed class LayoutTests : IDisposable
{
    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("labelme", "labelme")]
    [InlineData("labelme with groups, a mask and another machine's path", "labelme")]
    [InlineData("YOLO", "YOLO")]
    [InlineData("YOLO by split", "YOLO")]
    [InlineData("YOLO named by its data.yaml", "YOLO")]
    [InlineData("Cellpose", "Cellpose")]
    [InlineData("Cellpose PNG", "Cellpose")]
    [InlineData("tif pairs of 8 bits", "pictures of labels")]
    [InlineData("tif pairs of 16 bits", "pictures of labels")]
    [InlineData("tif pairs of 32 bits", "pictures of labels")]
    [InlineData("CVAT segmentation mask", "CVAT")]
    [InlineData("PhenoBench", "PhenoBench")]
    public void A_layout_is_recognised_and_its_leaves_are_read(string layout, string called)
    {
        LabelledPictures pictures = LabelledPictures.Open(Write(layout));
        pictures.RequireWhole(TestContext.Current.CancellationToken);

        LeafPicture picture = Assert.Single(Enumerable.Range(0, pictures.Count).Select(pictures.Read));

        Assert.Contains(called, pictures.Layout, StringComparison.Ordinal);
        Assert.Equal([200, 36], picture.Labels.Areas().Select(leaf => leaf.Area).OrderDescending());
        Assert.NotEqual(0, picture.Labels[10, 10]);
        Assert.NotEqual(picture.Labels[10, 10], picture.Labels[32, 22]);
        Assert.DoesNotContain(pictures.Seen, finding => finding.LosesLeaves || finding.LeavesOut);
        Assert.StartsWith("sha256:", pictures.Digest(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(File.Exists(pictures.PictureFileOf(0)));
    }

    [Theory]
    [InlineData("YOLO")]
    [InlineData("YOLO by split")]
    [InlineData("CVAT segmentation mask")]
    [InlineData("PhenoBench")]
    public void Folders_may_be_written_in_another_case(string layout)
    {
        Write(layout);
        string[] folders = [.. Directory.GetDirectories(folder.Path, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length)];
        foreach (string path in folders)
        {
            Directory.Move(path, Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileName(path).ToUpperInvariant()));
        }

        LabelledPictures pictures = LabelledPictures.Open(folder.Path);

        Assert.Equal([200, 36], pictures.Read(0).Labels.Areas().Select(leaf => leaf.Area).OrderDescending());
        Assert.DoesNotContain(pictures.Seen, finding => finding.LosesLeaves || finding.LeavesOut || finding.Kind == FindingKind.PassedOver);
    }

    [Fact]
    public void What_is_not_read_says_what_was_seen_and_which_layouts_there_are()
    {
        File.WriteAllText(folder.In("labels.xml"), "<annotations/>");
        ImageFile.Write(folder.In("a.png"), DataFolder.Picture());

        string message = Assert.Throws<DatasetException>(() => LabelledPictures.Open(folder.Path)).Message;

        Assert.Contains("1 .xml", message, StringComparison.Ordinal);
        Assert.Contains("labelme", message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_split_of_several_has_to_be_named()
    {
        foreach (string split in new[] { "train", "val" })
        {
            ImageFile.Write(folder.In($"images/{split}/{split}.png"), DataFolder.Picture());
            File.WriteAllText(folder.In($"labels/{split}/{split}.txt"), "0 .1 .1 .5 .1 .5 .5\n");
        }

        Assert.Contains("images/train", Assert.Throws<DatasetException>(() => LabelledPictures.Open(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Equal(["val"], LabelledPictures.Open(folder.In("images/val")).Names);
    }

    [Fact]
    public void Leaves_in_the_alpha_channel_alone_are_named()
    {
        Mat mask = new(32, 48, MatType.CV_8UC4, new Scalar(0, 0, 0, 0));
        Cv2.Rectangle(mask, new Rect(4, 5, 20, 10), new Scalar(0, 0, 0, 255), -1);
        ImageFile.Write(folder.In("a_rgb.png"), DataFolder.Picture());
        folder.WriteMat("a_label.png", mask);

        Assert.Equal(FindingKind.AlphaMask, Assert.Throws<DatasetException>(folder.ReadOne).Kind);
    }

    [Fact]
    public void A_mask_of_the_foreground_alone_is_named_and_a_colour_used_twice_is_counted()
    {
        LabelMap labels = new(200, 100);
        DataFolder.Fill(labels, 1, 5, 5, 25, 25);
        DataFolder.Fill(labels, 1, 150, 60, 170, 80);
        folder.WritePair("a", labels);

        Assert.Equal(FindingKind.ForegroundOnly, Assert.Throws<DatasetException>(folder.ReadOne).Kind);

        DataFolder.Fill(labels, 2, 60, 60, 80, 80);
        folder.WritePair("a", labels);

        Assert.Equal(FindingKind.ColourTwice, Assert.Single(folder.ReadOne().Findings).Kind);
    }

    [Theory]
    [InlineData(2, 1.0, false)]
    [InlineData(3, 1.0, true)]
    [InlineData(10, 1.0, true)]
    [InlineData(10, .2, true)]
    [InlineData(10, .1, false)]
    public void An_only_mask_in_two_pieces_is_of_the_foreground_save_for_slits_and_crumbs(int gap, double share, bool refused)
    {
        LabelMap labels = new(200, 100);
        DataFolder.Fill(labels, 1, 40, 20, 80, 60);
        DataFolder.Fill(labels, 1, 80 + gap, 20, 80 + gap + (int)(40 * share), 60);
        folder.WritePair("a", labels);

        if (refused)
        {
            DatasetException error = Assert.Throws<DatasetException>(folder.ReadOne);
            Assert.Equal(FindingKind.ForegroundOnly, error.Kind);
            Assert.Contains("2 pieces that do not touch", error.Message, StringComparison.Ordinal);
            Assert.Single(LabelledPictures.Open(folder.Path, new ReadingRules { OneLeaf = true }).Read(0).Labels.Areas());
        }
        else
        {
            Assert.Single(folder.ReadOne().Labels.Areas());
        }
    }

    [Fact]
    public void A_leaf_in_pieces_is_counted_unless_another_leaf_lies_across_it()
    {
        LabelMap labels = new(200, 100);
        DataFolder.Fill(labels, 1, 20, 20, 40, 40);
        DataFolder.Fill(labels, 1, 50, 50, 70, 70);
        DataFolder.Fill(labels, 2, 100, 20, 120, 40);
        folder.WritePair("a", labels);
        Assert.Contains("leaf 1 within 20,20 to 70,70", Assert.Single(folder.ReadOne().Findings, finding => finding.Kind == FindingKind.ColourTwice).Text, StringComparison.Ordinal);

        for (int i = 0; i < 40; i++)
        {
            DataFolder.Fill(labels, 3, 25 + i, 54 - i, 26 + i, 76 - i);
        }

        folder.WritePair("a", labels);
        Assert.DoesNotContain(folder.ReadOne().Findings, finding => finding.Kind == FindingKind.ColourTwice);
    }

    [Fact]
    public void A_mask_of_a_whole_plant_in_one_piece_is_named_unless_it_is_said_to_be_a_single_leaf()
    {
        // Five blades on stalks that meet in the middle.
        using Mat plant = new(200, 200, MatType.CV_8UC1, new Scalar(0));
        for (int blade = 0; blade < 5; blade++)
        {
            double angle = blade * 2 * Math.PI / 5;
            Point tip = new(100 + (60 * Math.Cos(angle)), 100 + (60 * Math.Sin(angle)));
            Cv2.Line(plant, new Point(100, 100), tip, new Scalar(255), 5);
            Cv2.Ellipse(plant, new RotatedRect(new Point2f(tip.X, tip.Y), new Size2f(50, 30), (float)(blade * 72)), new Scalar(255), -1);
        }

        ImageFile.Write(folder.In("a_rgb.png"), DataFolder.Picture(200, 200));
        folder.WriteMat("a_label.png", plant.Clone());

        DatasetException error = Assert.Throws<DatasetException>(folder.ReadOne);
        Assert.Equal(FindingKind.ForegroundOnly, error.Kind);
        Assert.Contains("an outline of 5 blades", error.Message, StringComparison.Ordinal);
        LeafPicture leaf = LabelledPictures.Open(folder.Path, new ReadingRules { OneLeaf = true }).Read(0);
        Assert.Single(leaf.Labels.Areas());
    }

    [Fact]
    public void Pages_of_labelled_stacks_are_pictures_of_their_own_or_one_is_named()
    {
        Mat[] pictures = [.. Enumerable.Range(1, 3).Select(page => new Mat(32, 48, MatType.CV_8UC1, new Scalar(page * 50)))];
        Mat[] labels = [.. Enumerable.Range(1, 3).Select(page => new Mat(32, 48, MatType.CV_8UC1, new Scalar(0)))];
        for (int page = 0; page < 3; page++)
        {
            Cv2.Rectangle(labels[page], new Rect(4, 4, 4 + page, 4), new Scalar(page + 1), -1);
        }

        Cv2.ImWrite(folder.In("a.tif"), pictures);
        Cv2.ImWrite(folder.In("a_label.tif"), labels);

        LabelledPictures all = LabelledPictures.Open(folder.Path, new ReadingRules { Page = null });
        Assert.Equal(["a_page1", "a_page2", "a_page3"], all.Names);
        Assert.Equal([16, 20, 24], Enumerable.Range(0, 3).Select(page => Assert.Single(all.Read(page).Labels.Areas()).Area));
        LeafPicture second = LabelledPictures.Open(folder.Path, new ReadingRules { Page = 2 }).Read(0);
        Assert.Equal((100, 20), (second.Image.Pixels[0], second.Labels.Areas()[0].Area));
        Assert.Equal("page 1 of 3", Assert.Single(folder.ReadOne().Findings, finding => finding.Kind == FindingKind.SeveralPages).Text);

        folder.WriteMat("a.tif", pictures[0].Clone());
        Assert.Contains("labels of 3 pages", Assert.Throws<DatasetException>(folder.ReadOne).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_passed_over_is_counted_by_kind()
    {
        folder.WritePair("a");
        foreach (string name in new[] { "IMG_1.HEIC", "IMG_2.heic", "notes.txt", "._a_rgb.png", "sub/more.webp" })
        {
            File.WriteAllText(folder.In(name), "");
        }

        Finding passed = Assert.Single(LabelledPictures.Open(folder.Path).Findings);

        Assert.Equal((FindingKind.PassedOver, 5), (passed.Kind, passed.Count));
        Assert.Equal("2 .heic, 1 ._* (macOS), 1 .txt, 1 .webp without labels", passed.Text);
    }

    [Fact]
    public void Pictures_below_a_folder_without_a_layout_are_hinted_at()
    {
        ImageFile.Write(folder.In("monday/a.png"), DataFolder.Picture());

        Assert.Contains("1 pictures in the folders below it (monday)", Assert.Throws<DatasetException>(() => LabelledPictures.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_annotation_in_pieces_far_apart_is_counted_and_alone_in_its_picture_refused()
    {
        const string Two = "[[2,2,12,2,12,8,2,8],[36,22,46,22,46,28,36,28]]", Other = "[[20,10,26,10,26,16,20,16]]";
        WriteCoco($$"""{"id":1,"image_id":1,"category_id":1,"segmentation":{{Two}}}""");
        Assert.Equal(FindingKind.ForegroundOnly, Assert.Throws<DatasetException>(folder.ReadOne).Kind);

        WriteCoco($$"""{"id":1,"image_id":1,"category_id":1,"segmentation":{{Two}}},{"id":2,"image_id":1,"category_id":1,"segmentation":{{Other}}}""");
        Assert.Equal(FindingKind.ColourTwice, Assert.Single(folder.ReadOne().Findings).Kind);
    }

    [Fact]
    public void A_crowd_is_a_region_to_ignore()
    {
        WriteCoco(
            """
            {"id":1,"image_id":1,"category_id":1,"iscrowd":1,"segmentation":[[2,2,12,2,12,8,2,8],[36,22,46,22,46,28,36,28]]},
            {"id":2,"image_id":1,"category_id":1,"segmentation":[[20,10,26,10,26,16,20,16]]}
            """);

        LeafPicture picture = LabelledPictures.Open(folder.Path, new ReadingRules { AllowLoss = true }).Read(0);

        Assert.Equal(36, Assert.Single(picture.Labels.Areas()).Area);
        Assert.Equal(120, Assert.Single(picture.Ignored!.Areas()).Area);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    public void Labels_of_a_photograph_as_stored_are_turned_with_it(int orientation)
    {
        OrientedPicture.Write(folder.In("a_rgb.jpg"), orientation, 32, 48);
        LabelMap upright = new(32, 48);
        DataFolder.Fill(upright, 1, 2, 3, 12, 9);
        using Mat stored = Mat.FromPixelData(48, 32, MatType.CV_16UC1, upright.Labels).Clone();
        Cv2.Rotate(stored, stored, orientation == 6 ? RotateFlags.Rotate90Counterclockwise : RotateFlags.Rotate90Clockwise);
        stored.GetArray(out ushort[] values);
        ColourMask.Write(folder.In("a_label.png"), new LabelMap(48, 32, values));

        LeafPicture picture = folder.ReadOne();

        Assert.Equal(upright.Labels, picture.Labels.Labels);
        Assert.Contains(picture.Findings, finding => finding.Kind == FindingKind.TurnedLabels);
    }

    [Fact]
    public void A_picture_that_a_tool_has_turned_is_named_with_EXIF()
    {
        ImageFile.Write(folder.In("a_rgb.png"), DataFolder.Picture(32, 48));
        ColourMask.Write(folder.In("a_label.png"), DataFolder.TwoLeaves());

        Assert.Contains("EXIF", Assert.Throws<DatasetException>(folder.ReadOne).Message, StringComparison.Ordinal);
    }

    private void WriteCoco(string annotations)
    {
        ImageFile.Write(folder.In("a.png"), DataFolder.Picture());
        File.WriteAllText(
            folder.In("a.json"),
            $$"""{"images":[{"id":1,"file_name":"a.png","width":48,"height":32}],"categories":[{"id":1,"name":"leaf"}],"annotations":[{{annotations}}]}""");
    }

    private string Write(string layout)
    {
        LabelMap leaves = DataFolder.TwoLeaves();
        const string First = "[4,5],[24,5],[24,15],[4,15]", Second = "[30,20],[36,20],[36,26],[30,26]";
        switch (layout)
        {
            case "labelme":
                ImageFile.Write(folder.In("a.png"), DataFolder.Picture());
                File.WriteAllText(folder.In("a.json"), Labelme("a.png", $$"""{"label":"leaf","points":[{{First}}],"shape_type":"polygon"},{"label":"leaf","points":[{{Second}}]},{"label":"pot","points":[[0,0],[48,0],[48,32]]}"""));
                return folder.Path;
            case "labelme with groups, a mask and another machine's path":
                ImageFile.Write(folder.In("a.png"), DataFolder.Picture());
                Cv2.ImEncode(".png", new Mat(6, 6, MatType.CV_8UC1, new Scalar(1)), out byte[] mask);
                File.WriteAllText(folder.In("a.json"), Labelme("""C:\\Users\\eva\\a.png""",
                    $$"""{"label":"Blatt","group_id":1,"points":[[4,5],[14,5],[14,15],[4,15]]},{"label":"Blatt","group_id":1,"points":[[14,5],[24,15]],"shape_type":"rectangle"},"""
                    + $$"""{"label":"Blatt","points":[[30,20],[35,25]],"shape_type":"mask","mask":"{{Convert.ToBase64String(mask)}}"},{"label":"Topf","points":[[0,0],[48,0],[48,32]]}"""));
                return folder.Path;
            case "YOLO" or "YOLO by split" or "YOLO named by its data.yaml":
                bool bySplit = layout == "YOLO by split";
                ImageFile.Write(folder.In(bySplit ? "train/images/a.png" : "images/train/a.png"), DataFolder.Picture());
                File.WriteAllText(folder.In("data.yaml"), bySplit ? "names:\n  0: stem\n  1: leaf\n" : "train: images/train\nnc: 2\nnames: [stem, leaf]\n");
                File.WriteAllLines(folder.In(bySplit ? "train/labels/a.txt" : "labels/train/a.txt"), [Yolo(4, 5, 24, 15), Yolo(30, 20, 36, 26), "0 0.1 0.1 0.2 0.1 0.2 0.2"]);
                return layout == "YOLO named by its data.yaml" ? folder.In("data.yaml") : folder.Path;
            case "Cellpose":
                ImageFile.Write(folder.In("a.tif"), DataFolder.Picture());
                folder.WriteMat("a_masks.tif", Mat.FromPixelData(32, 48, MatType.CV_16UC1, leaves.Labels).Clone());
                return folder.Path;
            case "Cellpose PNG":
                ImageFile.Write(folder.In("a.png"), DataFolder.Picture());
                folder.WriteMat("a_cp_masks.png", Mat.FromPixelData(32, 48, MatType.CV_16UC1, leaves.Labels).Clone());
                return folder.Path;
            case "tif pairs of 8 bits" or "tif pairs of 16 bits" or "tif pairs of 32 bits":
                ImageFile.Write(folder.In("a.tif"), DataFolder.Picture());
                Mat labels = Mat.FromPixelData(32, 48, MatType.CV_16UC1, leaves.Labels).Clone();
                labels.ConvertTo(labels, layout[^7] == '3' ? MatType.CV_32SC1 : layout[^7] == '1' ? MatType.CV_16UC1 : MatType.CV_8UC1, layout[^7] == '3' ? 70000 : 1);
                folder.WriteMat("a_label.tif", labels);
                return folder.Path;
            case "CVAT segmentation mask":
                ImageFile.Write(folder.In("JPEGImages/a.png"), DataFolder.Picture());
                File.WriteAllLines(folder.In("labelmap.txt"), ["# label:color_rgb:parts:actions", "background:0,0,0::", "leaf:10,200,10::", "pot:200,10,10::"]);
                LabelMap objects = new(48, 32, [.. leaves.Labels]), classes = new(48, 32, [.. leaves.Labels.Select(label => label == 0 ? (ushort)0 : (ushort)1)]);
                DataFolder.Fill(objects, 3, 40, 0, 48, 8);
                DataFolder.Fill(classes, 2, 40, 0, 48, 8);
                ColourMask.Write(folder.In("SegmentationObject/a.png"), objects);
                ColourMask.Write(folder.In("SegmentationClass/a.png"), classes, [0, 0x0ac80a, 0xc80a0a]);
                return folder.Path;
            default:
                ImageFile.Write(folder.In("train/images/a.png"), DataFolder.Picture());
                folder.WriteMat("train/leaf_instances/a.png", Mat.FromPixelData(32, 48, MatType.CV_16UC1, leaves.Labels).Clone());
                folder.WriteMat("train/semantics/a.png", new Mat(32, 48, MatType.CV_8UC1, new Scalar(1)));
                return folder.In("train");
        }
    }

    private static string Labelme(string picture, string shapes) =>
        $$"""{"version":"5.4.1","flags":{},"shapes":[{{shapes}}],"imagePath":"{{picture}}","imageData":null,"imageHeight":32,"imageWidth":48}""";

    private static string Yolo(double x1, double y1, double x2, double y2) => FormattableString.Invariant(
        $"1 {x1 / 48:F6} {y1 / 32:F6} {x2 / 48:F6} {y1 / 32:F6} {x2 / 48:F6} {y2 / 32:F6} {x1 / 48:F6} {y2 / 32:F6}");
}
