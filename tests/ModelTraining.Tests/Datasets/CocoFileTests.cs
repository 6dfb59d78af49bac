using System.Text.Json.Nodes;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;

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
    [InlineData("crowd", """{"id":7,"image_id":1,"category_id":1,"iscrowd":1,"segmentation":[[0,0,9,0,9,9]]}""", (int)FindingKind.CrowdRegion)]
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
    public void An_annotation_that_is_no_leaf_is_dropped_and_counted(string what, string annotation, int kind)
    {
        Write($"{Annotation(Square)},{annotation}");

        LeafPicture picture = folder.ReadOne();

        Assert.True(picture.Findings.Any(finding => finding.Kind == (FindingKind)kind), what);
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
    public void Categories_without_a_leaf_among_them_are_all_taken_and_it_is_told()
    {
        File.WriteAllText(folder.In("coco.json"), Json(Annotation(Square)).Replace("leaf", "plant", StringComparison.Ordinal));
        ImageFile.Write(folder.In("a.png"), DataFolder.Picture());

        Assert.Equal(FindingKind.AllCategories, Assert.Single(LabelledPictures.Open(folder.Path).Findings).Kind);
    }

    [Theory]
    [InlineData("not JSON", "line 1, column ")]
    [InlineData("a list", "cannot be read as COCO instances")]
    [InlineData("no images", "without \"images\"")]
    [InlineData("no annotations", "without \"annotations\"")]
    [InlineData("an image without size", "0x32 pixels")]
    [InlineData("two images of one id", "2 images have the id 1")]
    [InlineData("no picture is there", "none of its 1 pictures is found, a.png first")]
    [InlineData("one picture is missing", "b.png first (named by image 2")]
    [InlineData("two files", "2 .json files")]
    [InlineData("null in images", "entry 1 of \"images\" is null")]
    [InlineData("null in annotations", "entry 1 of \"annotations\" is null")]
    [InlineData("null in categories", "entry 2 of \"categories\" is null")]
    public void A_file_that_cannot_be_used_says_what_was_found(string what, string message)
    {
        JsonNode json = JsonNode.Parse(Json(Annotation(Square)))!;
        Action change = what switch
        {
            "no images" => () => json.AsObject().Remove("images"),
            "no annotations" => () => json.AsObject().Remove("annotations"),
            "an image without size" => () => json["images"]![0]!["width"] = 0,
            "two images of one id" => () => json["images"]!.AsArray().Add(json["images"]![0]!.DeepClone()),
            "one picture is missing" => () => json["images"]!.AsArray().Add(JsonNode.Parse("""{"id":2,"file_name":"b.png","width":48,"height":32}""")),
            ['n', 'u', 'l', 'l', ..] => () => json[what.Split(' ')[^1]]!.AsArray().Add(null),
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

    [Fact]
    public void Every_reference_file_of_pycocotools_is_read()
    {
        foreach (string file in Directory.GetDirectories(Shared.Require("peers/coco/cases")).Select(path => Path.Combine(path, "gt.json")))
        {
            CocoJson coco = CocoJson.Read(file);
            string name = Path.GetFileName(Path.GetDirectoryName(file))!;
            File.Copy(file, folder.In($"{name}/gt.json"));
            foreach (CocoJson.Picture picture in coco.Pictures!)
            {
                ImageFile.Write(folder.In($"{name}/{picture.FileName}"), new RgbImage(picture.Width, picture.Height));
            }

            LabelledPictures pictures = LabelledPictures.Open(folder.In(name));
            LeafPicture[] read = [.. Enumerable.Range(0, pictures.Count).Select(pictures.Read)];

            int dropped = read.Sum(picture => picture.Findings
                .Where(finding => finding.Kind is FindingKind.CrowdRegion or FindingKind.OtherCategory or FindingKind.EmptyLeaf
                    or FindingKind.FullMask).Sum(finding => finding.Count));
            Assert.Equal(coco.Annotations!.Count, read.Sum(picture => picture.Labels.Areas().Count) + dropped);
            Assert.DoesNotContain(read.SelectMany(picture => picture.Findings), finding => finding.Kind == FindingKind.BadAnnotation);
        }
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
