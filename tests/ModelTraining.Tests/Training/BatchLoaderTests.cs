using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Tests.Datasets;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.ModelTraining.Tests.Training;

public sealed class BatchLoaderTests : IDisposable
{
    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("colour masks")]
    [InlineData("indexed labels")]
    [InlineData("COCO")]
    [InlineData("prepared")]
    public async Task Every_layout_is_trained_on_as_it_lies(string layout)
    {
        string path = await Write(layout);

        Batch batch = Assert.Single(new BatchLoader(LabelledPictures.Open(path), new TrainingSettings { Network = new NetworkSettings { InputSize = 64 } }).Batches(0, 1));

        Assert.Equal(2, batch.Truths.Count);
        Assert.Contains(batch.Truths, truth => truth.Boxes.Length > 0);
    }

    private async Task<string> Write(string layout)
    {
        LabelMap labels = DataFolder.TwoLeaves();
        folder.WritePair("data/a");
        switch (layout)
        {
            case "indexed labels":
                PngWriter.WriteIndexed(folder.In("data/a_label.png"), 48, [.. labels.Labels.Select(label => (byte)label)], [0, 0xff, 0xff00]);
                return folder.In("data");
            case "COCO":
                ImageFile.Write(folder.In("coco/a.png"), DataFolder.Picture());
                File.WriteAllText(
                    folder.In("coco/a.json"),
                    """
                    {"images":[{"id":1,"file_name":"a.png","width":48,"height":32}],"categories":[{"id":1,"name":"leaf"}],
                     "annotations":[{"id":1,"image_id":1,"category_id":1,"segmentation":[[4,5,24,5,24,15,4,15]]}]}
                    """);
                return folder.In("coco/a.json");
            case "prepared":
                await PrepareCommand.Create().Parse(["--data", folder.In("data"), "--out", folder.In("out")]).InvokeAsync(null, TestContext.Current.CancellationToken);
                return folder.In("out/train");
            default:
                return folder.In("data");
        }
    }
}
