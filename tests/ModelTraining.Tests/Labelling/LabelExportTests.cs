using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Labelling;
using LeafSeg.ModelTraining.Masks;

namespace LeafSeg.ModelTraining.Tests.Labelling;

/// <summary>A picture with a simple leaf, one with a hole and one in two pieces, written for each tool and read again.</summary>
public sealed class LabelExportTests : IDisposable
{
    private const string Name = "pot 1/tåg_rgb.png";

    private static readonly LabelMap Truth = Maps.Of(
        "1111....22222222",
        "1111....2......2",
        "1111....2......2",
        "11111...2......2",
        "111111..22222222",
        "................",
        "333..........333",
        "333..........333",
        "333..........333");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-labels-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(LabelFormat.Coco, "coco")]
    [InlineData(LabelFormat.Labelme, "labelme")]
    [InlineData(LabelFormat.Yolo, "yolo")]
    internal void What_is_written_is_read_again(LabelFormat format, string data)
    {
        Write(format);

        LabelledPictures pictures = LabelledPictures.Open(Path.Combine(folder.FullName, "out", data));
        LabelMap read = pictures.Read(0).Labels;
        Assert.Equal(1, pictures.Count);
        Assert.DoesNotContain(pictures.Findings, finding => finding.Kind is not (FindingKind.LeafCategory));
        foreach ((ushort label, int area) in Truth.Areas())
        {
            int[] pixels = [.. Enumerable.Range(0, Truth.Labels.Length).Where(i => Truth.Labels[i] == label)];
            ushort found = read.Labels[pixels[0]];
            Assert.Equal(pixels, Enumerable.Range(0, read.Labels.Length).Where(i => read.Labels[i] == found));
        }
    }

    [Theory]
    [InlineData(LabelFormat.Coco, "coco")]
    [InlineData(LabelFormat.Labelme, "labelme")]
    [InlineData(LabelFormat.Yolo, "yolo")]
    internal void The_page_of_a_stack_is_written_with_its_own_labels(LabelFormat format, string data)
    {
        string stack = Path.Combine(folder.FullName, "stack.tif"), output = Path.Combine(folder.FullName, "out");
        OpenCvSharp.Mat[] pages = [.. Enumerable.Range(1, 3).Select(page => new OpenCvSharp.Mat(9, 16, OpenCvSharp.MatType.CV_8UC1, new OpenCvSharp.Scalar(page * 50)))];
        OpenCvSharp.Cv2.ImWrite(stack, pages);
        LabelExport export = LabelExport.Create(format, output);
        PredictedPicture[] pictures = [.. PredictedPicture.Plan([stack], output, recursive: false, page: null, _ => { }), .. PredictedPicture.Plan([stack], Path.Combine(output, "two"), recursive: false, page: 2, _ => { })];
        foreach (PredictedPicture picture in pictures)
        {
            export.Add(picture, Truth.Width, Truth.Height, OutlinedLeaf.Of(Truth, [0.9f, 0.8f, 0.7f]));
        }

        export.Complete();

        LabelledPictures read = LabelledPictures.Open(Path.Combine(output, data));
        Assert.Equal([50, 100, 100, 150], Enumerable.Range(0, read.Count).Select(i => (int)read.Read(i).Image.Pixels[0]).Order());
        Assert.DoesNotContain(read.Seen, finding => finding.Kind == FindingKind.SeveralPages);
    }

    [Fact]
    public void Cvat_gets_polygons_and_masks_for_what_is_no_polygon()
    {
        Write(LabelFormat.Cvat);

        XElement image = XDocument.Load(Path.Combine(folder.FullName, "out", "cvat", "annotations.xml")).Root!.Element("image")!;
        Assert.Equal(["0", Name, "16", "9"], image.Attributes().Select(attribute => attribute.Value));
        Assert.Equal(["polygon", "mask", "mask"], image.Elements().Select(element => element.Name.LocalName));
        double[] points = [.. image.Element("polygon")!.Attribute("points")!.Value.Split(';', ',').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        Assert.Equal(Truth.Labels.Select(label => label == 1), Polygon.Draw(points, 16, 9).ToMask());
        XElement hole = image.Elements("mask").First();
        Assert.Equal(("8", "0", "8", "5"), (hole.Attribute("left")!.Value, hole.Attribute("top")!.Value, hole.Attribute("width")!.Value, hole.Attribute("height")!.Value));
        Assert.Equal("0, 9, 6, 2, 6, 2, 6, 9", hole.Attribute("rle")!.Value);
    }

    [Fact]
    public void Coco_carries_scores_areas_and_boxes()
    {
        Write(LabelFormat.Coco);

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.FullName, "out", "coco", "annotations", "instances_default.json")));
        JsonElement leaf = json.RootElement.GetProperty("annotations")[1];
        Assert.Equal((0.8, 22, 0), (leaf.GetProperty("score").GetDouble(), leaf.GetProperty("area").GetInt32(), leaf.GetProperty("iscrowd").GetInt32()));
        Assert.Equal([8, 0, 8, 5], leaf.GetProperty("bbox").EnumerateArray().Select(number => number.GetInt32()));
    }

    private void Write(LabelFormat format)
    {
        string source = Path.Combine(folder.FullName, Name);
        Directory.CreateDirectory(Path.GetDirectoryName(source)!);
        ImageFile.Write(source, new RgbImage(Truth.Width, Truth.Height));
        PredictedPicture picture = new()
        {
            Source = source,
            Name = Name,
            Label = Path.Combine(folder.FullName, "out", "pot 1", "tåg_label.png"),
            Overlay = Path.Combine(folder.FullName, "out", "pot 1", "tåg_overlay.jpg"),
        };
        LabelExport export = LabelExport.Create(format, Path.Combine(folder.FullName, "out"));
        export.Add(picture, Truth.Width, Truth.Height, OutlinedLeaf.Of(Truth, [0.9f, 0.8f, 0.7f]));
        export.Complete();
        Assert.All(export.SharedFiles.Concat(export.FilesOf(picture)), file => Assert.True(File.Exists(file), file));
    }
}
