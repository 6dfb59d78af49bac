using System.Text.Json.Nodes;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Masks;

namespace LeafSeg.ModelTraining.Tests.Datasets;

public sealed class CocoFileTests : IDisposable
{
    private const string Square = "[[4,5,24,5,24,15,4,15]]";

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Polygons_and_both_kinds_of_run_lengths_give_the_same_leaf()
    {
        RunLengthMask runs = RunLengthMask.FromLabel(DataFolder.TwoLeaves(), 1);
        foreach (string segmentation in new[]
        {
            Square, $$"""{"size":[32,48],"counts":"{{runs.ToString().Replace("\\", "\\\\", StringComparison.Ordinal)}}"}""",
            $$"""{"size":[32,48],"counts":[{{string.Join(',', runs.Counts)}}]}""",
        })
        {
            Write(Annotation(segmentation));
            LeafPicture picture = folder.ReadOne();

            Assert.Empty(picture.Findings);
            Assert.Equal(DataFolder.TwoLeaves().Labels.Select(label => label == 1), picture.Labels.Labels.Select(label => label == 1));
        }
    }

    [Theory]
    [InlineData("images/a.png", "annotations/instances_default.json")]
    [InlineData("images/default/a.png", "annotations/instances_default.json")]
    [InlineData("default/a.png", "annotations/instances_default.json")]
    [InlineData("a.png", "_annotations.coco.json")]
    [InlineData("images/a.png", "labels.json")]
    public void Pictures_are_found_where_annotation_tools_put_them(string picture, string json)
    {
        Write(Annotation(Square), picture, json);

        Assert.Equal("a", folder.ReadOne().Name);
        Assert.Equal(1, LabelledPictures.Open(folder.In(json)).Count);
    }

    [Theory]
    [InlineData("crowd", """{"id":7,"image_id":1,"category_id":1,"iscrowd":1,"segmentation":[[0,0,3,0,3,3,0,3],[40,25,46,25,46,30,40,30]]}""", (int)FindingKind.CrowdRegion)]
    [InlineData("no segmentation", """{"id":7,"image_id":1,"category_id":1,"bbox":[0,0,9,9]}""", (int)FindingKind.BadAnnotation)]
    [InlineData("two points", """{"id":7,"image_id":1,"category_id":1,"segmentation":[[0,0,9,9]]}""", (int)FindingKind.BadAnnotation)]
    [InlineData("text for a number", """{"id":7,"image_id":1,"category_id":1,"segmentation":[["a",0,9,9,1,1]]}""", (int)FindingKind.BadAnnotation)]
    [InlineData("runs for another size", """{"id":7,"image_id":1,"category_id":1,"segmentation":{"size":[8,8],"counts":[64]}}""", (int)FindingKind.BadAnnotation)]
    [InlineData("runs that do not fill", """{"id":7,"image_id":1,"category_id":1,"segmentation":{"size":[32,48],"counts":[64]}}""", (int)FindingKind.BadAnnotation)]
    [InlineData("broken run lengths", """{"id":7,"image_id":1,"category_id":1,"segmentation":{"size":[32,48],"counts":"~~"}}""", (int)FindingKind.BadAnnotation)]
    [InlineData("outside altogether", """{"id":7,"image_id":1,"category_id":1,"segmentation":[[100,100,110,100,110,110]]}""", (int)FindingKind.EmptyLeaf)]
    [InlineData("no area", """{"id":7,"image_id":1,"category_id":1,"segmentation":[[5,5,5,5,5,5]]}""", (int)FindingKind.EmptyLeaf)]
    [InlineData("all over", """{"id":7,"image_id":1,"category_id":1,"segmentation":{"size":[32,48],"counts":[0,1536]}}""", (int)FindingKind.FullMask)]
    [InlineData("another category", """{"id":7,"image_id":1,"category_id":2,"segmentation":[[0,0,9,0,9,9]]}""", (int)FindingKind.OtherCategory)]
    [InlineData("no number", """{"id":7,"image_id":1,"category_id":1,"segmentation":[[0,0,NaN,0,9,9]]}""", (int)FindingKind.BadAnnotation)]
    [InlineData("a crowd that is neither", """{"id":7,"image_id":1,"category_id":1,"iscrowd":{},"segmentation":[[0,0,9,0,9,9]]}""", (int)FindingKind.BadAnnotation)]
    [InlineData("a picture that is no id", """{"id":7,"image_id":[1],"category_id":1,"segmentation":[[0,0,9,0,9,9]]}""", (int)FindingKind.BadAnnotation)]
    [InlineData("a category among two", """{"id":7,"image_id":1,"category_id":null,"segmentation":[[0,0,9,0,9,9]]}""", (int)FindingKind.BadAnnotation)]
    [InlineData("null", "null", (int)FindingKind.BadAnnotation)]
    public void An_annotation_that_is_no_leaf_is_dropped_and_counted(string what, string annotation, int kind)
    {
        Write($"{Annotation(Square)},{annotation}");

        LabelledPictures pictures = LabelledPictures.Open(folder.Path);
        LeafPicture picture = pictures.Read(0);

        Assert.True(pictures.Seen.Any(finding => finding.Kind == (FindingKind)kind), what);
        Assert.Equal(200, Assert.Single(picture.Labels.Areas()).Area);
    }

    [Fact]
    public void A_polygon_that_leaves_the_picture_is_cut_and_counted()
    {
        Write(Annotation("[[40,-10,60,-10,60,10,40,10]]"));

        LeafPicture picture = folder.ReadOne();

        Assert.Equal(FindingKind.OutsidePicture, Assert.Single(picture.Findings).Kind);
        Assert.Equal(80, Assert.Single(picture.Labels.Areas()).Area);
    }

    [Fact]
    public void A_picture_without_annotations_is_one_without_leaves()
    {
        Write("");

        LeafPicture picture = folder.ReadOne();

        Assert.Empty(picture.Labels.Areas());
        Assert.Equal(FindingKind.NoLeaves, Assert.Single(picture.Findings).Kind);
    }

    [Fact]
    public void A_picture_of_another_size_than_the_file_says_is_refused()
    {
        Write(Annotation(Square));
        ImageFile.Write(folder.In("a.png"), DataFolder.Picture(32, 48));

        Assert.Equal(FindingKind.SizesDiffer, Assert.Throws<DatasetException>(folder.ReadOne).Kind);
    }

    [Fact]
    public void The_only_category_with_annotations_is_leaves_whatever_it_is_called()
    {
        File.WriteAllText(folder.In("coco.json"), Json(Annotation(Square)).Replace("leaf", "plant", StringComparison.Ordinal));
        ImageFile.Write(folder.In("a.png"), DataFolder.Picture());

        LabelledPictures pictures = LabelledPictures.Open(folder.Path);

        Assert.Equal((FindingKind.LeafCategory, "\"plant\" (1)"), (Assert.Single(pictures.Findings).Kind, pictures.Findings[0].Text));
        Assert.Single(pictures.Read(0).Labels.Areas());
    }

    [Theory]
    [InlineData("not JSON", "line 1, column ")]
    [InlineData("a list", "cannot be read as COCO instances")]
    [InlineData("no images", "without \"images\"")]
    [InlineData("no annotations", "without \"annotations\"")]
    [InlineData("an image without size", "has width 0 and height 32")]
    [InlineData("no picture is there", "none of its 1 pictures is found, a.png first")]
    [InlineData("one picture is missing", "b.png: named by image 2")]
    [InlineData("two files", "2 .json files")]
    public void A_file_that_cannot_be_used_says_what_was_found(string what, string message)
    {
        JsonNode json = JsonNode.Parse(Json(Annotation(Square)))!;
        Action change = what switch
        {
            "no images" => () => json.AsObject().Remove("images"),
            "no annotations" => () => json.AsObject().Remove("annotations"),
            "an image without size" => () => json["images"]![0]!["width"] = 0,
            "one picture is missing" => () => json["images"]!.AsArray().Add(JsonNode.Parse("""{"id":2,"file_name":"b.png","width":48,"height":32}""")),
            "a list" => () => json = new JsonArray(),
            "two files" => () => File.WriteAllText(folder.In("other.json"), "{}"),
            _ => () => File.Delete(folder.In("coco.json")),
        };
        change();
        File.WriteAllText(folder.In("coco.json"), what == "not JSON" ? "leaf,x,y" : json.ToJsonString());
        if (what != "no picture is there")
        {
            ImageFile.Write(folder.In("a.png"), DataFolder.Picture());
        }

        Assert.Contains(message, Assert.Throws<DatasetException>(() => LabelledPictures.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> ReferenceFiles => [.. Fixtures.All("peers/coco/cases")];

    [Theory]
    [MemberData(nameof(ReferenceFiles))]
    public void Every_reference_file_of_pycocotools_is_read(string cases)
    {
        foreach (string file in Directory.GetDirectories(cases).Select(path => Path.Combine(path, "gt.json")))
        {
            CocoIndex coco = CocoIndex.Read(file);
            string name = Path.GetFileName(Path.GetDirectoryName(file))!;
            File.Copy(file, folder.In($"{name}/gt.json"));
            foreach (CocoIndex.Picture picture in coco.Pictures)
            {
                ImageFile.Write(folder.In($"{name}/{picture.FileName}"), new RgbImage(picture.Width, picture.Height));
            }

            ReadingRules rules = new() { Categories = [.. coco.Categories.Select(category => category.Name)] };
            LabelledPictures pictures = LabelledPictures.Open(folder.In(name), rules);
            LeafPicture[] read = [.. Enumerable.Range(0, pictures.Count).Select(pictures.Read)];

            int dropped = read.Sum(picture => picture.Findings
                .Where(finding => finding.Kind is FindingKind.CrowdRegion or FindingKind.OtherCategory or FindingKind.EmptyLeaf
                    or FindingKind.FullMask).Sum(finding => finding.Count));
            Assert.Equal(coco.Annotations.Count, read.Sum(picture => picture.Labels.Areas().Count) + dropped);
            Assert.DoesNotContain(read.SelectMany(picture => picture.Findings), finding => finding.Kind == FindingKind.BadAnnotation);
        }
    }

    [Theory]
    [InlineData("\"iscrowd\":false")]
    [InlineData("\"iscrowd\":null")]
    [InlineData("\"iscrowd\":0.0")]
    [InlineData("\"iscrowd\":1")]
    [InlineData("\"iscrowd\":true")]
    [InlineData("\"area\":NaN")]
    [InlineData("\"area\":-Infinity,\"attributes\":{\"occluded\":false}")]
    public void A_leaf_in_one_piece_is_a_leaf_however_a_tool_writes_its_flags(string flags)
    {
        Write($$"""{"id":1,"image_id":1,"category_id":1,"segmentation":{{Square}},{{flags}}}""");

        Assert.Equal(200, Assert.Single(folder.ReadOne().Labels.Areas()).Area);
    }

    [Theory]
    [InlineData("\"id\":1.0", "\"image_id\":1")]
    [InlineData("\"id\":\"pot-1\"", "\"image_id\":\"pot-1\"")]
    [InlineData("\"id\":\"1\"", "\"image_id\":1")]
    public void Ids_may_be_whole_numbers_in_any_form_or_names(string id, string reference)
    {
        ImageFile.Write(folder.In("a.png"), DataFolder.Picture());
        File.WriteAllText(folder.In("coco.json"), Json(Annotation(Square)).Replace("\"id\":1,\"file", $"{id},\"file", StringComparison.Ordinal)
            .Replace("\"image_id\":1", reference, StringComparison.Ordinal).Replace("\"width\":48", "\"width\":48.0", StringComparison.Ordinal));

        Assert.Single(folder.ReadOne().Labels.Areas());
    }

    [Fact]
    public void Pieces_of_one_leaf_with_a_stalk_between_them_are_one_leaf_and_a_rule_overrides()
    {
        string near = """{"id":1,"image_id":1,"category_id":1,"iscrowd":1,"segmentation":[[4,5,14,5,14,15,4,15],[16,5,26,5,26,15,16,15]]}""";
        string far = """{"id":2,"image_id":1,"category_id":1,"iscrowd":1,"segmentation":[[0,20,4,20,4,24,0,24],[40,20,44,20,44,24,40,24]]}""";
        Write($"{near},{far}");

        Assert.Equal([200], Areas(CrowdRule.ByPieces));
        Assert.Equal([200, 32], Areas(CrowdRule.Leaf));
        Assert.Empty(Areas(CrowdRule.Ignore));

        int[] Areas(CrowdRule rule) => [.. LabelledPictures.Open(folder.Path, new ReadingRules { Crowd = rule }).Read(0).Labels.Areas().Select(leaf => leaf.Area)];
    }

    [Theory]
    [InlineData("Leaves,Plant", "Leaves")]
    [InlineData("leaf_stem,LEAF,leaf_tip", "LEAF")]
    [InlineData("Blatt,Topf", "Blatt")]
    [InlineData("Bla\u0308tter,Topf", "Bla\u0308tter")]
    [InlineData("叶,茎", "叶")]
    [InlineData("leaf_1,leaf 2,stem", "leaf_1,leaf 2")]
    public void Categories_are_leaves_by_their_exact_names(string names, string leaves)
    {
        bool[] taken = LeafCategories.Choose("a.json", [.. names.Split(',').Select(name => (name, 3))], ReadingRules.Default, []);

        Assert.Equal(leaves.Split(','), names.Split(',').Where((_, i) => taken[i]));
    }

    [Fact]
    public void A_category_without_annotations_is_no_leaf_and_one_that_nobody_can_guess_is_asked_for()
    {
        List<Finding> findings = [];

        Assert.Equal([false, true], LeafCategories.Choose("a.json", [("leaf", 0), ("blade", 5)], ReadingRules.Default, findings));
        Assert.Contains("--category", Assert.Throws<DatasetException>(() => LeafCategories.Choose("a.json", [("plant", 2), ("blade", 5)], ReadingRules.Default, [])).Message, StringComparison.Ordinal);
        Assert.Equal([false, true], LeafCategories.Choose("a.json", [("plant", 2), ("blade", 5)], new ReadingRules { Categories = ["Blade"] }, findings));
        Assert.Equal("\"plant\" (2)", Assert.Single(findings, finding => finding.Kind == FindingKind.OtherCategory).Text);
        Assert.Contains("\"plant\" (2)", Assert.Throws<DatasetException>(() => LeafCategories.Choose("a.json", [("plant", 2)], new ReadingRules { Categories = ["leaf"] }, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flat_ring_and_no_category_are_read_as_VIA_means_them()
    {
        ImageFile.Write(folder.In("a.png"), DataFolder.Picture());
        File.WriteAllText(folder.In("via.json"), Json("""{"id":1,"image_id":"1","category_id":null,"segmentation":[4,5,24,5,24,15,4,15]}""").Replace(",{\"id\":2,\"name\":\"pot\"}", "", StringComparison.Ordinal));

        Assert.Equal(200, Assert.Single(folder.ReadOne().Labels.Areas()).Area);
    }

    [Fact]
    public void A_hole_is_filled_and_counted()
    {
        Write(Annotation("[[4,5,24,5,24,15,4,15],[8,8,16,8,16,12,8,12]]"));

        LeafPicture picture = folder.ReadOne();

        Assert.Equal(200, Assert.Single(picture.Labels.Areas()).Area);
        Assert.Equal(FindingKind.FilledHole, Assert.Single(picture.Findings).Kind);
    }

    [Theory]
    [InlineData("images\\\\a.png", "images/a.png")]
    [InlineData("/data/upload/1/a.png", "images/a.png")]
    [InlineData("/data/local-files/?d=pots/a.png", "pots/a.png")]
    [InlineData("my%20pot.png", "my pot.png")]
    [InlineData("C:\\\\Users\\\\eva\\\\a.png", "a.png")]
    [InlineData("/home/eva/pots/a.png", "pots/a.png")]
    [InlineData("a.JPG", "data/a.jpg")]
    [InlineData("a.png", "data/a.png")]
    [InlineData("Bl\u00e4tter.png", "Bla\u0308tter.png")]
    [InlineData("ab12cd34-pot_1.png", "images/pot_1.png")]
    public void A_picture_is_found_however_the_file_writes_its_name(string named, string file)
    {
        ImageFile.Write(folder.In(file), DataFolder.Picture());
        File.WriteAllText(folder.In("coco.json"), Json(Annotation(Square)).Replace("\"a.png\"", $"\"{named}\"", StringComparison.Ordinal));

        Assert.Single(folder.ReadOne().Labels.Areas());
    }

    [Fact]
    public void An_odd_entry_is_left_out_and_counted_and_the_others_are_read()
    {
        Write(Annotation(Square));
        JsonNode json = JsonNode.Parse(File.ReadAllText(folder.In("coco.json")))!;
        json["images"]!.AsArray().Add(null);
        json["images"]!.AsArray().Add(JsonNode.Parse("""{"id":2,"file_name":"b.png","width":null,"height":null}"""));
        json["categories"]!.AsArray().Add(null);
        File.WriteAllText(folder.In("coco.json"), json.ToJsonString());

        LabelledPictures pictures = LabelledPictures.Open(folder.Path);

        Assert.Equal(["a"], pictures.Names);
        Assert.Contains(pictures.Findings, finding => finding.Kind == FindingKind.OddEntry && finding.Text.Contains("width null", StringComparison.Ordinal));
        pictures.RequireWhole(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(2, 0, false, true)]
    [InlineData(9, 1, false, false)]
    [InlineData(8, 1, false, true)]
    [InlineData(8, 1, true, false)]
    [InlineData(0, 3, true, true)]
    [InlineData(0, 0, true, true)]
    public void Lost_labels_are_an_error_above_a_tenth_unless_they_may_be_lost_and_all_of_them_always(int good, int bad, bool allowed, bool refused)
    {
        bool lost = good == 2;
        Write(string.Join(',', [
            .. Enumerable.Range(0, good).Select(i => $$"""{"id":{{i}},"image_id":{{(lost && i == 0 ? 9 : 1)}},"category_id":1,"segmentation":[[{{i * 5}},5,{{(i * 5) + 4}},5,{{(i * 5) + 4}},15,{{i * 5}},15]]}"""),
            .. Enumerable.Range(0, bad).Select(i => $$"""{"id":{{i + 100}},"image_id":1,"category_id":1,"bbox":[0,0,9,9]}"""),
        ]));
        LabelledPictures pictures = LabelledPictures.Open(folder.Path, new ReadingRules { AllowLoss = allowed });

        Exception? error = Record.Exception(() => pictures.RequireWhole(TestContext.Current.CancellationToken));

        Assert.Equal(refused, error is DatasetException);
    }

    /// <summary>Ours have four leaves each; those beside the checkout are there or not.</summary>
    public static TheoryData<string, int?> AnnotationTools()
    {
        (string Name, int? Leaves)[] beside =
        [
            ("coco-02-iscrowd-bool", 4), ("coco-05-image-ids-names", 4), ("coco-06-category-null", 4), ("coco-08-size-float", 4),
            ("coco-09-ids-float", 4), ("coco-10-Leaves-and-Plant", 4), ("coco-13-outer-and-hole-as-two-polygons", 4), ("coco-16-fiftyone", 4),
            ("coco-23-iscrowd-null", 4), ("coco-backslash", 50), ("coco-cvat-mixed", 50), ("coco-roboflow/train", 38), ("coco-roboflow/valid", 12),
            ("coco-via-nullcat", 50), ("label-studio-null-size", 2), ("labelme-one", null), ("yolo-seg", null),
        ];
        TheoryData<string, int?> rows = [];
        foreach (string folder in Directory.GetDirectories(Fixtures.Find("cases")).Where(path => Path.GetFileName(path) is not ("exif-180" or "roboflow")))
        {
            rows.Add(folder, 4);
        }

        rows.Add(Fixtures.Find("cases/roboflow/train"), 2);
        rows.Add(Fixtures.Find("cases/roboflow/valid"), 2);
        foreach ((string name, int? leaves) in beside)
        {
            if (Fixtures.FindBeside($"cases/{name}") is { } folder)
            {
                rows.Add(folder, leaves);
            }
        }

        return rows;
    }

    public static TheoryData<string> TurnedPhotographs => [.. Fixtures.All("cases/exif-180")];

    [Theory]
    [MemberData(nameof(AnnotationTools))]
    public void Files_as_annotation_tools_write_them_keep_all_their_leaves(string folder, int? leaves)
    {
        LabelledPictures pictures = LabelledPictures.Open(folder);
        pictures.RequireWhole(TestContext.Current.CancellationToken);

        LeafPicture[] read = [.. Enumerable.Range(0, pictures.Count).Select(pictures.Read)];

        Assert.Equal(leaves ?? read.Sum(picture => picture.Labels.Areas().Count), read.Sum(picture => picture.Labels.Areas().Count));
        Assert.DoesNotContain(pictures.Seen, finding => finding.LosesLeaves);
    }

    [Theory]
    [MemberData(nameof(TurnedPhotographs))]
    public void A_photograph_that_is_upside_down_lies_under_its_labels(string folder)
    {
        LeafPicture picture = LabelledPictures.Open(folder).Read(0);

        RgbImage image = picture.Image;
        int green = Enumerable.Range(0, picture.Labels.Labels.Length).Where(i => picture.Labels.Labels[i] != 0).Count(i => image.Pixels[(i * 3) + 1] > image.Pixels[i * 3] + 40);
        Assert.True(green > .9 * picture.Labels.Areas()[0].Area);
        Assert.Contains(picture.Findings, finding => finding.Kind == FindingKind.Turned);
    }

    private static string Annotation(string segmentation) => $$"""{"id":1,"image_id":1,"category_id":1,"iscrowd":0,"segmentation":{{segmentation}}}""";

    private static string Json(string annotations) =>
        $$"""
        {"images":[{"id":1,"file_name":"a.png","width":48,"height":32}],
         "categories":[{"id":1,"name":"leaf"},{"id":2,"name":"pot"}],"annotations":[{{annotations}}]}
        """;

    private void Write(string annotations, string picture = "a.png", string json = "coco.json")
    {
        ImageFile.Write(folder.In(picture), DataFolder.Picture());
        File.WriteAllText(folder.In(json), Json(annotations));
    }
}
